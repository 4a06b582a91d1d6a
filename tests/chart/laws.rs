//! Whatever is drawn, nothing panics and nothing lies outside.

use kulakan::chart::{Band, BarGroup, Bars, Chart, DecimalSign, Line, Mark, Scale, Stroke};
use proptest::prelude::*;

use super::xml::assert_inside;

/// Figures of every kind, the impossible ones among them.
fn figure() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -100.0..100.0,
        2 => (-1000i32..1000).prop_map(f64::from),
        1 => proptest::num::f64::ANY,
        1 => Just(0.0),
        1 => Just(f64::MAX),
        1 => Just(-1e300),
        1 => Just(5e-324),
        1 => 1e8..1.000_000_1e8,
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("<a href='x'>&\"\u{1}\u{ffff}\n".to_owned()),
        proptest::collection::vec(any::<char>(), 0..120)
            .prop_map(|signs| signs.into_iter().collect()),
    ]
}

fn pairs() -> impl Strategy<Value = Vec<(f64, f64)>> {
    proptest::collection::vec((figure(), figure()), 0..12)
}

fn charts() -> impl Strategy<Value = Chart> {
    let stroke = prop_oneof![
        Just(Stroke::Solid),
        Just(Stroke::Dashed),
        Just(Stroke::Step)
    ];
    let line = (words(), pairs(), stroke).prop_map(|(name, points, stroke)| Line {
        name,
        points,
        stroke,
    });
    let triples = proptest::collection::vec((figure(), figure(), figure()), 0..8);
    let band = (words(), triples).prop_map(|(name, points)| Band { name, points });
    let mark = (words(), figure(), figure()).prop_map(|(label, x, y)| Mark { label, x, y });
    (
        (words(), words(), words()),
        (any::<bool>(), sign()),
        pairs(),
        proptest::collection::vec(band, 0..3),
        proptest::collection::vec(line, 0..4),
        proptest::collection::vec(mark, 0..12),
    )
        .prop_map(
            |(
                (title, x_axis, y_axis),
                (logarithmic, decimal_sign),
                columns,
                bands,
                lines,
                marks,
            )| Chart {
                title,
                x_axis,
                y_axis,
                y_scale: if logarithmic {
                    Scale::Logarithmic
                } else {
                    Scale::Linear
                },
                columns,
                bands,
                lines,
                marks,
                decimal_sign,
            },
        )
}

fn stacks() -> impl Strategy<Value = Bars> {
    let segments = proptest::collection::vec((words(), figure()), 0..5);
    let group =
        (words(), segments, proptest::option::of(figure())).prop_map(|(label, segments, error)| {
            BarGroup {
                label,
                segments,
                error,
            }
        });
    let groups = proptest::collection::vec(group, 0..6);
    (words(), words(), groups, sign()).prop_map(|(title, y_axis, groups, decimal_sign)| Bars {
        title,
        y_axis,
        groups,
        decimal_sign,
    })
}

fn sign() -> impl Strategy<Value = DecimalSign> {
    prop_oneof![Just(DecimalSign::Point), Just(DecimalSign::Comma)]
}

fn assert_narrow(text: &str, columns: usize) {
    for line in text.lines() {
        assert!(
            line.chars().count() <= columns.max(1),
            "{line:?} is wider than {columns}"
        );
        assert!(!line.contains(char::is_control), "{line:?}");
    }
}

proptest! {
    #[test]
    fn every_coordinate_of_a_chart_is_inside(chart in charts()) {
        assert_inside(&chart.svg());
    }

    #[test]
    fn every_coordinate_of_bars_is_inside(bars in stacks()) {
        assert_inside(&bars.svg());
    }

    #[test]
    fn terminal_charts_of_any_size_fit(
        chart in charts(),
        columns in prop_oneof![0usize..40, 40usize..200, Just(usize::MAX)],
        rows in prop_oneof![0usize..10, 10usize..40],
    ) {
        assert_narrow(&chart.terminal(columns, rows), columns);
    }

    #[test]
    fn terminal_bars_of_any_width_fit(
        bars in stacks(),
        columns in prop_oneof![0usize..40, 40usize..200, Just(usize::MAX)],
    ) {
        assert_narrow(&bars.terminal(columns), columns);
    }
}
