//! One-time codes, as the hub makes them and people type them.

/// Characters of a code, without the dash: 8 of 32 are 40 bits.
pub const CODE_LENGTH: usize = 8;

/// Crockford's base 32: no I, L, O and U, so that a code survives being read out on the telephone.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code that somebody typed, in the one form in which it is compared; nothing for what can be no code.
#[must_use]
pub fn normalised(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .filter(|character| !character.is_whitespace() && *character != '-')
        .take(CODE_LENGTH + 1)
        .map(|character| match character.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        })
        .collect();
    let fits = code.len() == CODE_LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
    fits.then(|| format!("{}-{}", &code[..CODE_LENGTH / 2], &code[CODE_LENGTH / 2..]))
}
