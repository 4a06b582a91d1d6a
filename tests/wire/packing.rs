//! Frames that unpack to more than they should.

use kulakan::wire::packing::{MAX_RATIO, UnpackError, unpack};

const MEBIBYTE: usize = 1024 * 1024;

fn packed(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 3).expect("a frame")
}

/// Text that does not compress well.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    (0..length)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect()
}

#[test]
fn a_frame_is_unpacked_up_to_its_bound_and_to_no_byte_more() {
    let text = noise(100_000);
    let frame = packed(&text);
    assert_eq!(unpack(&frame, text.len()), Ok(text.clone()));
    let refused = unpack(&frame, text.len() - 1);
    assert_eq!(refused, Err(UnpackError::TooLarge(text.len() - 1)));
}

#[test]
fn a_frame_that_is_a_bomb_is_refused_by_its_ratio() {
    // Small ones harm nobody.
    let blanks = vec![b' '; MEBIBYTE];
    assert_eq!(unpack(&packed(&blanks), 100 * MEBIBYTE), Ok(blanks));
    let bomb = packed(&vec![b' '; 50 * MEBIBYTE]);
    assert!(50 * MEBIBYTE / bomb.len() > 2 * MAX_RATIO);
    assert_eq!(unpack(&bomb, 100 * MEBIBYTE), Err(UnpackError::Bomb));
    // Many frames in a row are one text.
    let row = packed(&vec![b' '; 512 * 1024]).repeat(20);
    assert_eq!(unpack(&row, 100 * MEBIBYTE), Err(UnpackError::Bomb));
}

#[test]
fn a_frame_that_asks_for_a_huge_window_or_ends_early_is_unreadable() {
    // A header with a window of 1 GiB, and a block of one repeated byte.
    let huge = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x0b, 0x00, 0x10, b' '];
    let frame = packed(&noise(1000));
    for wrong in [&huge[..], &frame[..frame.len() - 5], b"", b"{}"] {
        let refused = unpack(wrong, MEBIBYTE);
        let empty = wrong.is_empty() && refused == Ok(Vec::new());
        assert!(
            matches!(refused, Err(UnpackError::Unreadable(_))) || empty,
            "{refused:?}"
        );
    }
}
