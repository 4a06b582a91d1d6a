//! Charts: what is drawn, and that nothing breaks them.

mod drawn;
mod laws;
mod xml;

use kulakan::chart::{Band, BarGroup, Bars, Chart, Line, Mark, Stroke};

/// A chart with one of everything.
pub fn small() -> Chart {
    Chart {
        title: "Cost <of> \"it\" & more".to_owned(),
        x_axis: "runs".to_owned(),
        y_axis: "rupiah".to_owned(),
        columns: vec![(0.0, 500.0), (2.0, 2000.0)],
        bands: vec![Band {
            name: "likely".to_owned(),
            points: vec![(0.0, 1000.0, 2000.0), (4.0, 0.0, 2000.0)],
        }],
        lines: vec![
            Line {
                name: "total".to_owned(),
                points: vec![(0.0, 0.0), (2.0, 1000.0), (4.0, 0.0)],
                stroke: Stroke::Solid,
            },
            Line {
                name: "stock".to_owned(),
                points: vec![(0.0, 2000.0), (4.0, 1000.0)],
                stroke: Stroke::Step,
            },
        ],
        marks: vec![Mark {
            label: "best".to_owned(),
            x: 2.0,
            y: 1000.0,
        }],
        ..Chart::default()
    }
}

/// Two bars.
pub fn bars() -> Bars {
    let group = |label: &str, ordering: f64, waste: f64, error| BarGroup {
        label: label.to_owned(),
        segments: vec![
            ("ordering".to_owned(), ordering),
            ("waste".to_owned(), waste),
        ],
        error,
    };
    Bars {
        title: "Cost".to_owned(),
        y_axis: "rupiah a day".to_owned(),
        groups: vec![
            group("before", 3000.0, 1000.0, Some(500.0)),
            group("after", 1500.0, 0.0, None),
        ],
        ..Bars::default()
    }
}
