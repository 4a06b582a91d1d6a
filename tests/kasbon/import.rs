//! Customers out of a file.

use serde_json::json;

use crate::day::desk::{Desk, MORNING};
use crate::harness::program::{done, json, refused, run_on};
use crate::harness::running::ShopFolder;

const FILE: &str = "\
id,name,phone,limit,due_days,debt
sri,Bu Sri,0812 3456 7890,300000,14,125000
budi,Pak Budi,,,,
";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_customers_comes_in_whole_or_not_at_all() {
    let (folder, _) = ShopFolder::found(MORNING, "Asia/Jakarta", "0 0 2 * * *").await;
    let file = folder.path.join("pelanggan.csv");
    let path = file.to_str().unwrap();
    let import = ["shop", "import", "customers", path, "--json"];
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let number = |sql: &str| -> i64 {
        let connection = rusqlite::Connection::open(folder.path.join("shop.db")).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };

    write(FILE);
    let trial = json(&run_on(
        &folder.path,
        &[&import[..], &["--dry-run"]].concat(),
    ));
    assert_eq!(
        (&trial["created"], &trial["dry_run"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(number("SELECT count(*) FROM customers"), 0);
    let report = json(&run_on(&folder.path, &import));
    assert_eq!(report["created"], 2);
    assert_eq!(number("SELECT sum(amount) FROM customer_ledger"), 125_000);
    // Again: nothing twice.
    let report = json(&run_on(&folder.path, &import));
    assert_eq!(
        (&report["created"], &report["unchanged"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(number("SELECT sum(amount) FROM customer_ledger"), 125_000);
    // What a file does not say stays.
    write("id;name;phone\nsri;Bu Sri Rahayu;\nbudi;Pak Budi;+62 813 1111 2222\n");
    assert_eq!(json(&run_on(&folder.path, &import))["updated"], 2);
    let kept = "SELECT count(*) FROM customers WHERE name = 'Bu Sri Rahayu' AND debt_limit = 300000
                AND due_days = 14 AND phone = '0812 3456 7890'";
    assert_eq!(number(kept), 1);

    let entries = number("SELECT count(*) FROM audit");
    for (text, told) in [
        (
            "id,name,debt\nsri,Bu Sri,99000\n",
            "line 2: debt: 125000 was brought in before",
        ),
        (
            "id,name\nani,Ani\nani,Ani\n",
            "line 3: id: \"ani\" stands in line 2 already",
        ),
        (
            "id,name,phone\nani,Ani,besok\n",
            "line 2: phone: is no telephone number",
        ),
        (
            "id,name,limit\nani,Ani,12.5\n",
            "line 2: limit: \"12.5\" is no amount",
        ),
        (
            "id,name,due_days\nani,Ani,lama\n",
            "line 2: due_days: \"lama\" is no number of days",
        ),
        (
            "id,name,due_days\nani,Ani,99999\n",
            "line 2: due_days: must be 0 to 3650",
        ),
        ("id,name\n,Ani\n", "line 2: id: the cell is empty"),
        ("id\nani\n", "the column \"name\" is missing"),
    ] {
        write(text);
        let said = refused(&run_on(&folder.path, &import), 1);
        assert!(said.contains(told), "{text}: {said}");
    }
    assert_eq!(number("SELECT count(*) FROM audit"), entries);
    assert_eq!(number("SELECT count(*) FROM customers"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_out_can_be_brought_in_elsewhere() {
    let desk = Desk::open().await;
    let added = json!({ "id": "sri", "name": "=Bu Sri, \"RT 3\"", "phone": "0812 3456 7890", "limit": 300_000 });
    assert_eq!(desk.api.post("/customers", &added).await.0, 201);
    let debt = json!({ "method": "debt", "customer_id": "sri" });
    desk.sell("s1", &[("MIE", 2)], debt).await;
    let csv = done(&run_on(&desk.folder.path, &["shop", "export", "customers"]));
    assert_eq!(
        csv.lines().collect::<Vec<_>>(),
        [
            "id,name,phone,limit,due_days,debt,note",
            "sri,\"'=Bu Sri, \"\"RT 3\"\"\",0812 3456 7890,300000,,7000,",
        ]
    );
    let (other, _) = ShopFolder::found(MORNING, "Asia/Jakarta", "0 0 2 * * *").await;
    let file = other.path.join("pelanggan.csv");
    std::fs::write(&file, csv).unwrap();
    let import = ["shop", "import", "customers", file.to_str().unwrap()];
    done(&run_on(&other.path, &import));
    let shop = other.open().await;
    assert_eq!(
        shop.customer("sri").await.unwrap().customer.open.balance.0,
        7_000
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debt_that_grew_here_is_no_files_to_set() {
    let desk = Desk::open().await;
    let debt = json!({ "method": "debt", "customer_id": "sri" });
    desk.sell("s1", &[("MIE", 1)], debt).await;
    let file = desk.folder.path.join("pelanggan.csv");
    let import = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let import = ["shop", "import", "customers", file.to_str().unwrap()];
        run_on(&desk.folder.path, &import)
    };
    let said = refused(&import("id,name,debt\nsri,Bu Sri,10000\n"), 1);
    assert!(said.contains("has debts in this shop already"), "{said}");
    done(&import("id,name,debt\nsri,Bu Sri,\n"));
    assert_eq!(desk.api.get("/customers/sri").await.1["owed"], 3_500);
}
