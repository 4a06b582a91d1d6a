//! Gives everything that a browser keeps of the program one name, which changes with any of it.

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fs;
use std::hash::Hasher as _;

/// What is served under `/assets/`.
const FOLDERS: [&str; 2] = ["src/web/assets", "src/shop/web/assets"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        println!("cargo:rerun-if-changed={folder}");
        for entry in fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(&file)?);
    }
    println!("cargo:rustc-env=KULAKAN_ASSETS={:016x}", hasher.finish());
    Ok(())
}
