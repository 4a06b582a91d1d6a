//! Figures as people type them, by the one reader that every page uses.

use kulakan::model::{BaseUnit, Money};
use kulakan::shop::figure::Figure;
use kulakan::web::Language;
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case("27500", Some(27_500))]
#[case("27.500", Some(27_500))]
#[case("27,500", Some(27_500))]
#[case("1 250 000", Some(1_250_000))]
#[case("Rp. 27.500", Some(27_500))]
#[case("rp27.500,-", Some(27_500))]
#[case("27.500,00", Some(27_500))]
#[case("5000.00", Some(5_000))]
#[case("10rb", Some(10_000))]
#[case("10 ribu", Some(10_000))]
#[case("5k", Some(5_000))]
#[case("1,5jt", Some(1_500_000))]
#[case("2 Juta", Some(2_000_000))]
#[case("0", Some(0))]
// A mark that stands elsewhere is a slip, and so is what would be a part of a rupiah.
#[case("10.00", None)]
#[case("27.50", None)]
#[case("1.2345", None)]
#[case("1.000,000", None)]
#[case("1.500rb", None)]
#[case("1,rb", None)]
#[case("-5", None)]
#[case("", None)]
#[case("Rp", None)]
#[case("rb", None)]
#[case("99999999999999999999", None)]
#[case("99999999999999999jt", None)]
fn amounts(#[case] typed: &str, #[case] meant: Option<i64>) {
    assert_eq!(Money::typed(typed).map(|amount| amount.0), meant);
}

const KILOGRAM: (BaseUnit, i64) = (BaseUnit::Gram, 1000);
const PIECE: (BaseUnit, i64) = (BaseUnit::Piece, 1);
const CARTON: (BaseUnit, i64) = (BaseUnit::Piece, 40);

#[rstest]
#[case("1.000", Language::Indonesian, PIECE, Some(1_000))]
#[case("1,000", Language::English, PIECE, Some(1_000))]
#[case("1.000", Language::Indonesian, CARTON, Some(40_000))]
#[case("1.000.000", Language::Indonesian, PIECE, Some(1_000_000))]
#[case("1.500", Language::Indonesian, (BaseUnit::Gram, 1), Some(1_500))]
#[case("1.500", Language::Indonesian, KILOGRAM, None)]
#[case("1,500", Language::English, KILOGRAM, None)]
#[case("1,500", Language::Indonesian, KILOGRAM, Some(1_500))]
#[case("1.500", Language::English, KILOGRAM, Some(1_500))]
#[case("1.500 g", Language::Indonesian, KILOGRAM, Some(1_500))]
#[case("0.250", Language::Indonesian, KILOGRAM, Some(250))]
#[case("1.250,5", Language::Indonesian, KILOGRAM, Some(1_250_500))]
#[case("1,250.5", Language::English, KILOGRAM, Some(1_250_500))]
#[case("1.5", Language::Indonesian, KILOGRAM, Some(1_500))]
#[case("1 3/4", Language::Indonesian, KILOGRAM, Some(1_750))]
#[case("½", Language::Indonesian, KILOGRAM, Some(500))]
#[case("1/2 kilo", Language::Indonesian, KILOGRAM, Some(500))]
#[case("3 ons", Language::Indonesian, KILOGRAM, Some(300))]
#[case("600 ml", Language::Indonesian, (BaseUnit::Millilitre, 1000), Some(600))]
#[case("600 ml", Language::Indonesian, KILOGRAM, None)]
#[case("250 gram", Language::Indonesian, PIECE, None)]
#[case("1/2", Language::Indonesian, PIECE, None)]
#[case("0,5", Language::Indonesian, CARTON, None)]
#[case("11/2", Language::Indonesian, KILOGRAM, None)]
#[case("1.2.3", Language::Indonesian, PIECE, None)]
#[case("1,2,3", Language::Indonesian, KILOGRAM, None)]
#[case("kg", Language::Indonesian, KILOGRAM, None)]
#[case("", Language::Indonesian, PIECE, None)]
fn quantities(
    #[case] typed: &str,
    #[case] language: Language,
    #[case] (base, factor): (BaseUnit, i64),
    #[case] meant: Option<i64>,
) {
    let read = Figure::typed(typed, language).base_units(base, factor);
    assert_eq!(
        read.as_ref().ok().map(|quantity| quantity.0),
        meant,
        "{read:?}"
    );
}

proptest! {
    /// Whatever is typed is a figure or none, and never a panic.
    #[test]
    fn any_text_is_read_or_refused(text in "[0-9.,/½ a-zé-]{0,14}|\\PC{0,8}", factor in 1_i64..100_000) {
        for language in [Language::Indonesian, Language::English] {
            let figure = Figure::typed(&text, language);
            for base in [BaseUnit::Piece, BaseUnit::Gram, BaseUnit::Millilitre] {
                let _ = figure.base_units(base, factor);
            }
        }
        let _ = Money::typed(&text);
    }
}
