//! `kulakan hub tenant`, as it is typed.

use crate::harness::program::{done, json, refused, run_on};

#[test]
fn distributors_are_added_listed_and_switched_off_and_every_command_is_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let on = |arguments: &[&str]| run_on(folder.path(), arguments);
    done(&on(&["hub", "init", "--name", "Distributor Satu"]));
    done(&on(&[
        "hub",
        "tenant",
        "add",
        "--id",
        "roti",
        "--name",
        "Roti Makmur",
    ]));
    let told = refused(
        &on(&["hub", "tenant", "add", "--id", "roti", "--name", "X"]),
        1,
    );
    assert!(told.contains("roti"), "{told}");
    let told = refused(
        &on(&["hub", "tenant", "add", "--id", "Roti!", "--name", "X"]),
        2,
    );
    assert!(told.contains("--id"), "{told}");
    let listed = json(&on(&["hub", "tenant", "list", "--json"]));
    assert_eq!(listed["items"][0]["id"], "first");
    assert_eq!(listed["items"][1]["name"], "Roti Makmur");

    let people = |tenant: &str| {
        let listed = json(&on(&["hub", "user", "list", "--tenant", tenant, "--json"]));
        listed.to_string()
    };
    done(&on(&[
        "hub", "user", "add", "--tenant", "roti", "--login", "sari", "--name", "Bu Sari",
    ]));
    assert!(people("roti").contains("Bu Sari") && !people("first").contains("Bu Sari"));

    // The same name for a shop of each.
    done(&on(&["hub", "shop", "add", "--name", "Warung A"]));
    done(&on(&[
        "hub", "shop", "add", "--name", "Warung A", "--tenant", "roti",
    ]));
    let status = json(&on(&["hub", "status", "--tenant", "roti", "--json"]));
    assert_eq!(status["shops"].as_array().unwrap().len(), 1, "{status}");
    let told = refused(&on(&["hub", "status", "--tenant", "nobody"]), 1);
    assert!(told.contains("nobody"), "{told}");
    done(&on(&["hub", "tenant", "stop", "roti"]));
    done(&on(&["hub", "tenant", "resume", "roti"]));
    done(&on(&["hub", "doctor"]));
}
