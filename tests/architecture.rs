//! The walls of the house, as tests: what the core must not touch, what the edge must not know, where SQL may stand.
//! That every fixture has its snapshot is left to `extract_snapshots`.
#![cfg(test)]

use std::fs;
use std::path::Path;

/// No clock, no randomness, no async, no platform.
const NOT_IN_CORE: &[&str] = &[
    "worker::",
    "js_sys",
    "wasm_bindgen",
    "std::time",
    "SystemTime",
    "Instant",
    "async fn",
    ".await",
    "rand::",
    "getrandom",
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "println!",
];

/// What the inventory and its providers are about is no business of the edge.
const NOT_IN_EDGE: &[&str] = &[
    "media_type",
    "MediaType",
    "Relation",
    "Operation",
    "create_mode",
    "SOURCE_IMAGE",
    "SOURCE_VIDEO",
    "customer_paths",
    "video_id",
    "image_id",
    "ErrCode",
    "observation",
    "asset",
    "alias",
];

/// How a statement begins. Prose in messages and comments is not written in capitals.
const SQL_OPENINGS: &[&str] =
    &["SELECT ", "INSERT INTO ", "INSERT OR ", "UPDATE ", "DELETE FROM ", "WITH RECURSIVE ", "CREATE TABLE "];

const MOST_LINES: usize = 400;

struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The file up to its tests, comments left out, each line with its number.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
        lines
            .zip(1..)
            .filter(|(line, _)| !line.trim_start().starts_with("//"))
            .map(|(line, number)| (number, line))
    }

    fn lines_with(&self, words: &[&str]) -> Vec<String> {
        self.code()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
            .map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
            .collect()
    }
}

/// Every Rust file below a folder of the repository.
fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    collect(&root.join(folder), &mut |path| {
        let text = fs::read_to_string(path).expect("a source file is readable");
        let path = path.strip_prefix(root).expect("it is below the root").display().to_string();
        all.push(Source { path, text });
    });
    assert!(all.len() > 3, "{folder} holds sources");
    all
}

fn collect(folder: &Path, take: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder of the repository").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, take);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            take(&path);
        }
    }
}

fn offences(folder: &str, words: &[&str]) -> Vec<String> {
    sources(folder).iter().flat_map(|source| source.lines_with(words)).collect()
}

const NONE: Vec<String> = Vec::new();

#[test]
fn the_core_does_no_io() {
    assert_eq!(offences("src/core", NOT_IN_CORE), NONE);
}

#[test]
fn the_edge_knows_nothing_of_the_domain() {
    assert_eq!(offences("src/edge", NOT_IN_EDGE), NONE);
}

#[test]
fn sql_stands_under_core_sql_alone() {
    let outside = sources("src").into_iter().filter(|source| !source.path.starts_with("src/core/sql/"));
    let found: Vec<String> = outside.flat_map(|source| source.lines_with(SQL_OPENINGS)).collect();
    assert_eq!(found, NONE);
}

#[test]
fn nothing_is_formatted_into_a_statement() {
    // A statement's text is fixed when the program is built: its type says so, unless somebody leaks a made-up one.
    let statement = sources("src/core").into_iter().find(|source| source.path == "src/core/statement.rs");
    assert!(statement.is_some_and(|source| source.text.contains("pub sql: &'static str,")));
    assert_eq!(offences("src", &[".leak()", "::leak("]), NONE);
    let formatted = offences("src", &["format!", "push_str", "write!"]);
    let with_sql = formatted.into_iter().filter(|line| SQL_OPENINGS.iter().any(|word| line.contains(word)));
    assert_eq!(with_sql.collect::<Vec<_>>(), NONE);
}

#[test]
fn no_statement_counts_rows_away_or_matches_text() {
    let found: Vec<String> = offences("src/core/sql", &[" LIKE ", " OFFSET ", " GLOB ", " REGEXP "]);
    assert_eq!(found, NONE);
}

#[test]
fn every_file_is_short_and_says_what_it_is_for() {
    for source in sources("src") {
        let lines = source.text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", source.path);
        assert!(source.text.starts_with("//! "), "{} does not say what it is for", source.path);
    }
}

#[test]
fn every_table_is_strict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut tables = 0;
    for entry in fs::read_dir(folder).expect("the migrations").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a migration is readable");
        for table in text.split("CREATE TABLE ").skip(1) {
            let name = table.split_whitespace().next().unwrap_or_default();
            let end = table.lines().find(|line| line.starts_with(')')).unwrap_or_default();
            assert!(end.contains("STRICT"), "{name} in {} ends with {end:?}", entry.path().display());
            tables += 1;
        }
    }
    assert!(tables > 10, "{tables} tables");
}
