//! What is installed beside the program says what the program does.

use std::collections::BTreeSet;
use std::path::Path;

use kulakan::config::{Config, Source};
use kulakan::plan::Policy;

fn packaging() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging")
}

/// The example with every setting that is commented out taken in.
fn with_examples(text: &str) -> String {
    let is_setting = |line: &&str| {
        line.split_once(" = ").is_some_and(|(name, _)| {
            name.chars()
                .all(|letter| letter == '_' || letter.is_ascii_lowercase())
        })
    };
    text.lines()
        .map(|line| line.strip_prefix('#').filter(is_setting).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_example_of_settings_names_every_setting_with_its_default() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let text = std::fs::read_to_string(packaging().join("config.toml")).unwrap();
    std::fs::write(&path, &text).unwrap();
    let as_shipped = Config::for_folder(folder.path()).unwrap();
    std::fs::write(&path, with_examples(&text)).unwrap();
    let with_examples = Config::for_folder(folder.path()).unwrap();

    for (default, shown) in as_shipped.settings().iter().zip(with_examples.settings()) {
        assert_eq!(default.source, Source::Default, "{}", default.name);
        assert_eq!(shown.source, Source::File(path.clone()), "{}", shown.name);
        // These have no default, or an empty one: what is shown is an example.
        if ![
            "allowed_hosts",
            "cash_budget",
            "database",
            "database_certificate",
            "database_limit_bytes",
            "plan.fill_rate",
            "plan.lebaran",
            "public_url",
            "smtp_from",
            "smtp_url",
            "webhook_private_hosts",
        ]
        .contains(&shown.name)
        {
            assert_eq!(shown.value, default.value, "{}", shown.name);
        }
    }
}

#[test]
fn the_settings_of_planning_are_printed_as_the_planner_has_them() {
    let config = Config::for_folder(Path::new("no such folder")).unwrap();
    assert!(config.plan_table().is_empty(), "nobody set any");
    let shown: toml::Table = config
        .settings()
        .iter()
        .filter_map(|setting| {
            let name = setting.name.strip_prefix("plan.")?;
            Some((name.to_owned(), setting.value.clone()?))
        })
        .collect();
    assert_eq!(shown.try_into::<Policy>().unwrap(), Policy::default());
    let policy = toml::Table::try_from(Policy::default()).unwrap();
    for name in policy.keys() {
        let name = format!("plan.{name}");
        let named = config.settings().iter().any(|one| one.name == name);
        assert!(named, "{name} is no setting");
    }
}

#[test]
fn what_is_packaged_speaks_of_no_variable_that_is_not_read() {
    let config = Config::for_folder(Path::new("no such folder")).unwrap();
    let read: BTreeSet<String> = config
        .settings()
        .iter()
        .map(|setting| setting.name.replace('.', "_").to_uppercase())
        .chain(["DATA", "LOG", "*"].map(ToOwned::to_owned))
        .collect();
    let mut waiting = vec![packaging()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let inside = std::fs::read_dir(&path).unwrap();
            waiting.extend(inside.map(|file| file.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for rest in text.split("KULAKAN_").skip(1) {
            let end =
                rest.find(|letter: char| !(letter.is_ascii_uppercase() || "_*".contains(letter)));
            let name = &rest[..end.unwrap_or(rest.len())];
            assert!(read.contains(name), "{}: KULAKAN_{name}", path.display());
        }
    }
}

#[test]
fn the_shops_unit_opens_the_receipt_printer_and_nothing_else() {
    let unit = std::fs::read_to_string(packaging().join("kulakan-shop.service")).unwrap();
    let values = |name: &str| -> Vec<&str> {
        let lines = unit.lines().filter_map(|line| line.split_once('='));
        lines
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .collect()
    };
    // The character devices of the major number 180, which `/proc/devices` calls `usb`: `/dev/usb/lp0` is one.
    assert_eq!(values("DeviceAllow"), ["char-usb rw"]);
    assert_eq!(values("DevicePolicy"), ["closed"]);
    assert_eq!(values("SupplementaryGroups"), ["lp"]);
    // Either would take the printer away: an own /dev without it, or an own list of groups.
    assert!(values("PrivateDevices").is_empty() && values("PrivateUsers").is_empty());
    for closed in ["CapabilityBoundingSet", "AmbientCapabilities"] {
        assert_eq!(values(closed), [""], "{closed}");
    }
}
