//! What small charts look like, to the character and to the point.

use kulakan::chart::{BarGroup, Bars, Chart, DecimalSign, Line, Mark, Scale, Stroke};

use super::xml::{Element, assert_inside, elements, points};
use super::{bars, small};

fn named<'e>(all: &'e [Element], name: &str) -> Vec<&'e Element> {
    all.iter().filter(|element| element.name == name).collect()
}

fn texts(all: &[Element]) -> Vec<&str> {
    named(all, "text")
        .into_iter()
        .map(|element| element.text.as_str())
        .collect()
}

fn curve(points: Vec<(f64, f64)>) -> Chart {
    Chart {
        lines: vec![Line {
            points,
            ..Line::default()
        }],
        ..Chart::default()
    }
}

#[test]
fn a_small_chart_in_the_terminal_to_the_character() {
    let expected = "\
Cost <of> \"it\" & more
rupiah
2 000┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⢹
     │░░░░░░░░░░░░░░░█░░░░░░░░░░░░░⢸
     │░░░░░░░░░░░░░░░█░░░░░░░░░░░░░⢸
1 000┤░░░░░░░░░░⢀⣀⠤⠒⠊1⠒⠤⢄⣀░░░░░░░░░b
     │▄    ⣀⡠⠤⠒⠉⠁ ░░░█░░░░⠉⠒⠢⠤⣀░░░░░
    0┤⣀⠤⠔⠊⠉          █        ░⠉⠑⠒⠤a
     └┬──────┬───────┬──────┬──────┬
      0      1       2      3      4
                runs
a ⠒⠒⠒ total
b ⠤⠔⠒ stock
  ░░░ likely
1 best (2; 1 000)
";
    let drawn = small().terminal(36, 6);
    assert_eq!(drawn, expected);
}

#[test]
fn the_same_in_svg_to_the_point() {
    let drawn = small().svg();
    assert_inside(&drawn);
    let all = elements(&drawn);
    assert_eq!(all[0].attributes["role"], "img");
    assert_eq!(all[0].attributes["fill"], "currentColor");
    assert_eq!(all[1].name, "title");
    assert_eq!(all[1].text, "Cost <of> \"it\" & more");
    assert_eq!(
        texts(&all),
        [
            "Cost <of> \"it\" & more",
            "0",
            "500",
            "1 000",
            "1 500",
            "2 000",
            "rupiah",
            "0",
            "1",
            "2",
            "3",
            "4",
            "runs",
            "best",
            "total",
            "stock",
            "likely",
        ]
    );
    // The plot is 320 high from 56 down, and what is at its middle is at half of that.
    let lines = named(&all, "polyline");
    let (total, stock) = (points(lines[0]), points(lines[1]));
    let (left, right) = (total[0].0, total[2].0);
    let middle = f64::midpoint(left, right);
    assert_eq!(total, [(left, 376.0), (middle, 216.0), (right, 376.0)]);
    assert_eq!(stock, [(left, 56.0), (right, 56.0), (right, 216.0)]);
    let band = points(named(&all, "polygon")[0]);
    assert_eq!(
        band,
        [(left, 56.0), (right, 56.0), (right, 376.0), (left, 216.0)]
    );
    let column = named(&all, "rect")[1];
    assert_eq!((column.number("y"), column.number("height")), (56.0, 320.0));
    let mark = named(&all, "circle")[0];
    assert_eq!((mark.number("cx"), mark.number("cy")), (middle, 216.0));
}

#[test]
fn ticks_step_by_one_two_and_five() {
    let ticks = |high: f64| {
        let all = elements(&curve(vec![(0.0, 0.0), (1.0, high)]).svg());
        let upright = named(&all, "text").into_iter();
        let upright = upright.filter(|text| {
            text.attributes
                .get("text-anchor")
                .is_some_and(|end| end == "end")
        });
        upright.map(|text| text.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ticks(6.0), ["0", "1", "2", "3", "4", "5", "6"]);
    assert_eq!(ticks(9.0), ["0", "2", "4", "6", "8", "10"]);
    assert_eq!(
        ticks(0.3),
        ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"]
    );
    assert_eq!(
        ticks(2_873_755.4),
        [
            "0",
            "500 000",
            "1 000 000",
            "1 500 000",
            "2 000 000",
            "2 500 000",
            "3 000 000"
        ]
    );
    assert_eq!(
        ticks(3e20),
        ["0", "5e19", "1e20", "1.5e20", "2e20", "2.5e20", "3e20"]
    );
}

#[test]
fn equal_ratios_are_equal_distances_on_a_logarithmic_axis() {
    let mut chart = curve(vec![(0.0, 1.0), (1.0, 10.0), (2.0, 100.0), (3.0, 0.0)]);
    chart.y_scale = Scale::Logarithmic;
    let all = elements(&chart.svg());
    let drawn = points(named(&all, "polyline")[0]);
    let heights: Vec<f64> = drawn.iter().map(|point| point.1).collect();
    // What is not above zero has no place, not even on the horizontal axis.
    assert_eq!(heights, [376.0, 216.0, 56.0]);
    assert!(!texts(&all).contains(&"3"));
}

#[test]
fn a_point_that_cannot_be_drawn_leaves_a_gap() {
    let chart = curve(vec![
        (0.0, 1.0),
        (1.0, 2.0),
        (2.0, f64::NAN),
        (3.0, f64::INFINITY),
        (4.0, 2.0),
        (5.0, f64::MAX),
        (6.0, 1.0),
        (7.0, 2.0),
    ]);
    let all = elements(&chart.svg());
    assert_eq!(named(&all, "polyline").len(), 2);
    assert_eq!(named(&all, "circle").len(), 1);
    assert!(!chart.svg().contains("NaN") && !chart.svg().contains("inf"));
}

#[test]
fn one_point_and_none_have_axes_all_the_same() {
    for chart in [Chart::default(), curve(vec![]), curve(vec![(7.0, 5e9)])] {
        assert_inside(&chart.svg());
        let text = chart.terminal(60, 8);
        assert!(text.contains('└'), "{text}");
        assert!(text.lines().count() >= 10, "{text}");
    }
    let all = elements(&curve(vec![(7.0, 5e9)]).svg());
    assert_eq!(named(&all, "circle").len(), 1);
    assert!(texts(&all).contains(&"6 000 000 000"));
}

#[test]
fn words_of_marks_do_not_lie_on_each_other() {
    let mark = |label: &str, x: f64| Mark {
        label: label.to_owned(),
        x,
        y: 1.0,
    };
    let mut chart = curve(vec![(0.0, 0.0), (100.0, 2.0)]);
    chart.marks = vec![mark("whole runs", 25.0), mark("partial run", 26.0)];
    let all = elements(&chart.svg());
    let baseline = |label: &str| {
        let mut words = named(&all, "text").into_iter();
        words.find(|text| text.text == label).unwrap().number("y")
    };
    assert!((baseline("whole runs") - baseline("partial run")).abs() > 12.0);
}

#[test]
fn broken_lines_are_broken_in_both() {
    let mut chart = curve(vec![(0.0, 1.0), (1.0, 1.0)]);
    let solid = chart.terminal(60, 4);
    chart.lines[0].stroke = Stroke::Dashed;
    assert!(chart.svg().contains("stroke-dasharray"));
    assert_ne!(chart.terminal(60, 4), solid);
}

#[test]
fn bars_in_the_terminal_to_the_character() {
    let expected = "\
Cost
rupiah a day
before │█████████████████▒▒▒▒▒▒ 4 000 ± 500
 after │█████████ 1 500
██ ordering
▒▒ waste
";
    let drawn = bars().terminal(46);
    assert_eq!(drawn, expected);
}

#[test]
fn bars_in_svg_stand_on_each_other() {
    let drawn = bars().svg();
    assert_inside(&drawn);
    let all = elements(&drawn);
    let rects = named(&all, "rect");
    // The axis goes to 5000, the top of the first bar with its error being at 4500.
    let heights: Vec<(f64, f64)> = rects[..3]
        .iter()
        .map(|rect| (rect.number("y"), rect.number("height")))
        .collect();
    assert_eq!(heights, [(184.0, 192.0), (120.0, 64.0), (280.0, 96.0)]);
    assert_eq!(rects[0].attributes["fill"], rects[2].attributes["fill"]);
    assert_eq!(named(&all, "path").len(), 1);
    assert!(texts(&all).contains(&"4 000"));
}

/// Five bars leave eighteen characters each.
#[test]
fn a_long_name_under_a_bar_takes_two_lines() {
    let labels = [
        "vmi",
        "traditional with safety stock",
        "vmi with safety stock",
        "one-word-that-is-longer-than-its-bar",
        "kulakan",
    ];
    let group = |label: &str| BarGroup {
        label: label.to_owned(),
        segments: vec![("ordering".to_owned(), 1.0)],
        error: None,
    };
    let bars = Bars {
        groups: labels.map(group).to_vec(),
        ..Bars::default()
    };
    assert_inside(&bars.svg());
    let all = elements(&bars.svg());
    let words = texts(&all);
    for line in [
        "vmi",
        "traditional with",
        "safety stock",
        "vmi with safety",
        "stock",
        "kulakan",
    ] {
        assert!(words.contains(&line), "{line} is not in {words:?}");
    }
    assert!(
        words
            .iter()
            .any(|word| word.starts_with("one-word-that") && word.ends_with('…'))
    );
}

#[test]
fn figures_are_written_as_the_readers_language_writes_them() {
    let line = Line {
        name: "stock".to_owned(),
        points: vec![(0.0, 0.25), (1.5, 2.5)],
        stroke: Stroke::Solid,
    };
    let mark = Mark {
        label: "best".to_owned(),
        x: 1.25,
        y: 1.5,
    };
    let mut chart = Chart {
        lines: vec![line],
        marks: vec![mark],
        ..Chart::default()
    };
    let mut bars = Bars {
        groups: vec![BarGroup {
            label: "now".to_owned(),
            segments: vec![("a".to_owned(), 12.5)],
            error: Some(1.25),
        }],
        ..Bars::default()
    };
    let english = (
        chart.svg(),
        chart.terminal(60, 10),
        bars.svg(),
        bars.terminal(60),
    );
    assert!(
        english.0.contains(">0.5<") && english.1.contains("(1.25; 1.50)"),
        "{english:?}"
    );
    assert!(
        english.2.contains(">12.5<") && english.3.contains("12.5 ± 1.25"),
        "{english:?}"
    );
    chart.decimal_sign = DecimalSign::Comma;
    bars.decimal_sign = DecimalSign::Comma;
    let (picture, text) = (chart.svg(), chart.terminal(60, 10));
    assert!(
        picture.contains(">0,5<") && !picture.contains(">0.5<"),
        "{picture}"
    );
    assert!(
        text.contains("(1,25; 1,50)") && text.contains("0,2"),
        "{text}"
    );
    let (picture, text) = (bars.svg(), bars.terminal(60));
    assert!(picture.contains(">12,5<"), "{picture}");
    assert!(text.contains("12,5 ± 1,25"), "{text}");
}
