//! `GET /export`: everything that is known of an owner's media, as JSON Lines in pages. The last line is a manifest with
//! counts and the digest that an import must reach. Credentials and tokens never go out.

use serde_json::{Value, json};

use crate::core::api::digest::Progress;
use crate::core::api::page::{next_link, parse_cursor, render_cursor};
use crate::core::api::problem::Problem;
use crate::core::api::request::Call;
use crate::core::api::response::Response;
use crate::core::clock::rfc3339;
use crate::core::inventory::intake::Broken;
use crate::core::row::row;
use crate::core::sql::digest::digest_page;
use crate::core::sql::export::{SECTIONS, export_page};
use crate::core::statement::{BadRows, Rows, rows_at};
use crate::core::step::{NowMs, Step};

/// A page is full when it is longer, in bytes.
const PAGE_BYTES: usize = 1_000_000;
/// Statements a request, below the free plan's fifty.
const MOST_STATEMENTS: usize = 40;
/// The columns of a table of assets.
const COLUMNS: [&str; 20] = [
    "id",
    "provider_id",
    "provider_asset_id",
    "api",
    "media_type",
    "making",
    "status",
    "operation",
    "origin",
    "account",
    "created_at",
    "media_url",
    "thumbnail_url",
    "width",
    "height",
    "duration_s",
    "model",
    "prompts",
    "lineage",
    "removed",
];

row! {
    struct LineRow {
        line: String,
        after: String,
    }
}

/// Section, key, lines of each section so far, digest so far.
type Cursor = (usize, String, [u64; 8], crate::core::api::digest::Cursor);

struct Writing {
    section: usize,
    after: String,
    counts: [u64; 8],
    digest: Progress,
    is_csv: bool,
    text: String,
    statements: usize,
}

/// `GET /api/v1/export`.
#[must_use]
pub fn export(call: Call, now: NowMs) -> Step<Response> {
    let is_csv = match call.query("format") {
        None | Some("jsonl") => false,
        Some("csv") => true,
        Some(other) => {
            return Step::End(Problem::invalid("format", format!("{other:?} is not jsonl or csv")).into());
        }
    };
    let cursor = match parse_cursor::<Cursor>(&call) {
        Ok(cursor) => cursor,
        Err(problem) => return Step::End(problem),
    };
    let text = match (&cursor, is_csv) {
        (None, true) => format!("{}\r\n", COLUMNS.join(",")),
        (None, false) => format!("{}\n", json!({ "kind": "export", "version": 1, "at": rfc3339(now) })),
        _ => String::new(),
    };
    let first = if is_csv { SECTIONS.len() - 1 } else { 0 };
    let (section, after, counts, digest) = cursor
        .unwrap_or_else(|| (first, "[\"\",\"\",\"\",\"\",\"\",\"\"]".to_owned(), [0; 8], <_>::default()));
    let digest = Progress::of(digest);
    write(call, Writing { section, after, counts, digest, is_csv, text, statements: 0 })
}

fn write(call: Call, mut writing: Writing) -> Step<Response> {
    if writing.text.len() > PAGE_BYTES || writing.statements >= MOST_STATEMENTS {
        return Step::End(writing.page(&call));
    }
    let Some(statement) = export_page(call.owner.id, writing.section, &writing.after) else {
        if writing.is_csv {
            return Step::End(writing.last());
        }
        writing.statements += 5;
        return Step::read(digest_page(call.owner.id, writing.digest.after(), 500), move |rows, _| {
            match writing.digest.add(&rows) {
                Ok(false) => write(call, writing),
                Ok(true) => Step::End(writing.manifest().last()),
                Err(error) => Step::End(Response::broken(&error)),
            }
        });
    };
    writing.statements += 1;
    Step::read(vec![statement], move |rows, _| match writing.add(&rows) {
        Ok(writing) => write(call, writing),
        Err(error) => Step::End(Response::broken(&error)),
    })
}

impl Writing {
    fn add(mut self, rows: &[Rows]) -> Result<Self, BadRows> {
        let rows = rows_at(rows, 0)?.parse::<LineRow>()?;
        match rows.last() {
            Some(last) => self.after.clone_from(&last.after),
            None => {
                self.section += 1;
                "[\"\",\"\",\"\",\"\",\"\",\"\"]".clone_into(&mut self.after);
            }
        }
        for row in &rows {
            if let Some(count) = self.counts.get_mut(self.section) {
                *count += 1;
            }
            if self.is_csv {
                let line: Value =
                    serde_json::from_str(&row.line).map_err(|error| BadRows { reason: error.to_string() })?;
                self.text.push_str(&csv_line(&line));
            } else {
                self.text.push_str(&row.line);
                self.text.push('\n');
            }
        }
        Ok(self)
    }

    fn manifest(mut self) -> Self {
        let counts = SECTIONS.iter().zip(self.counts).map(|(name, count)| ((*name).to_owned(), count.into()));
        let manifest = json!({
            "kind": "manifest",
            "counts": crate::core::gather::object_of(counts),
            "digest": self.digest.text(),
        });
        self.text.push_str(&format!("{manifest}\n"));
        self
    }

    fn page(self, call: &Call) -> Response {
        let cursor = render_cursor(&(self.section, &self.after, self.counts, self.digest.cursor()));
        let link = next_link(call, &cursor);
        self.last().with("link", link).with("x-next-cursor", cursor)
    }

    fn last(self) -> Response {
        let kind = if self.is_csv { "text/csv; charset=utf-8" } else { "application/x-ndjson" };
        Response { status: 200, headers: vec![("content-type", kind.to_owned())], body: self.text }
    }
}

fn csv_line(line: &Value) -> String {
    let cells: Vec<String> = COLUMNS.iter().map(|name| cell(&value_of(line, name))).collect();
    format!("{}\r\n", cells.join(","))
}

fn value_of(line: &Value, name: &str) -> Value {
    let more = line.get("more").and_then(|more| more.get(name));
    let field = line.get("fields").and_then(|fields| fields.get(name));
    match name {
        "created_at" => {
            let created_ms = line.pointer("/more/created_ms").and_then(Value::as_i64);
            created_ms.map(rfc3339).into()
        }
        "prompts" => {
            let prompts = field.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            prompts.collect::<Vec<_>>().join("\n").into()
        }
        _ => line.get(name).or(more).or(field).cloned().unwrap_or_default(),
    }
}

/// A cell by RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => return other.to_string(),
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
