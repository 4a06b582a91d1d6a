//! A product that is too new for a plan, and settings that are out of their range, on the command line.

use crate::harness::program::{done, refused, run_on};

#[test]
fn a_product_without_a_forecast_is_explained_once_and_without_a_legend() {
    let folder = tempfile::tempdir().unwrap();
    let at = |arguments: &[&str]| run_on(folder.path(), arguments);
    done(&at(&["shop", "init", "--name", "Warung Contoh"]));
    let file = |name: &str, rows: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, rows).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let products = file(
        "products.csv",
        "sku,name,unit,price,cost\nBARU-1,Barang baru,pcs,1000,800\n",
    );
    let sales = file("sales.csv", "date,sku,quantity\n2026-10-28,BARU-1,1\n");
    done(&at(&["shop", "import", "products", &products]));
    done(&at(&["shop", "import", "sales", &sales]));
    let plan = ["shop", "plan", "--date", "2026-10-29"];
    let told = done(&at(&[&plan[..], &["--explain", "BARU-1"]].concat()));
    assert_eq!(
        told.matches("saran muncul setelah 7 hari").count(),
        1,
        "{told}"
    );
    assert!(
        !told.contains("ramalan") && !told.contains("4 dari 5"),
        "{told}"
    );

    file("config.toml", "[plan]\nlead_time_days = -1\n");
    let told = refused(&at(&plan), 1);
    assert!(
        told.contains("plan.lead_time_days: must be a whole number from 0 to 180"),
        "{told}"
    );
    let below = at(&[&plan[..], &["--budget", "-5"]].concat());
    let told = String::from_utf8(below.stderr).unwrap();
    assert_eq!(below.status.code(), Some(2), "{told}");
    assert!(
        told.contains("'--budget <RUPIAH>': -5 is not in 0.."),
        "{told}"
    );
}
