//! The report as Markdown: the same numbers and words, for people.

use std::fmt::Write as _;

use serde_json::Value;

/// Renders the report. Nothing in it can break out of its cell.
#[must_use]
pub fn render_markdown(report: &Value) -> String {
    let mut text = format!(
        "# Drift report\n\nOverall: **{}**. Generated at {}.\n\n\
         | aspect | generation path | sync path | open | accepted | level | worst examples |\n\
         |---|---|---|---:|---:|---|---|\n",
        cell(at(report, "/overall")),
        cell(at(report, "/generated_at"))
    );
    for line in items(at(report, "/aspects")) {
        let examples: Vec<String> = items(at(line, "/examples")).map(example).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} ({}) | {} ({}) | {} | {} | {} | {} |",
            cell(at(line, "/aspect")),
            cell(at(line, "/generation_path/says")),
            cell(at(line, "/generation_path/assets")),
            cell(at(line, "/sync_path/says")),
            cell(at(line, "/sync_path/assets")),
            cell(at(line, "/counts/open")),
            cell(at(line, "/counts/accepted")),
            cell(at(line, "/level")),
            examples.join("; ")
        );
    }
    text.push_str("\n## By design, never counted\n\n");
    for item in items(at(report, "/by_design")) {
        let _ = writeln!(text, "- `{}`: {}", cell(at(item, "/code")), cell(at(item, "/why")));
    }
    text.push_str("\n## Extractor warnings\n\n");
    let covers = at(report, "/extractor_warnings/covers");
    let _ = writeln!(text, "Counted over the newest {} assets.\n", cell(at(covers, "/assets")));
    for (code, count) in members(at(report, "/extractor_warnings/by_code")) {
        let _ = writeln!(text, "- `{code}`: {}", cell(count));
    }
    text.push_str("\n## Levels\n\n");
    for (level, meaning) in members(at(report, "/thresholds")) {
        let _ = writeln!(text, "- `{level}`: {}", cell(meaning));
    }
    text
}

/// A member by its JSON pointer.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn example(example: &Value) -> String {
    let part = cell(at(example, "/part"));
    let part = if part.is_empty() { part } else { format!(" {part}") };
    let about =
        if at(example, "/asset_id").is_string() { at(example, "/asset_id") } else { at(example, "/subject") };
    format!("{}{part}: {} ({})", cell(at(example, "/kind")), cell(about), cell(at(example, "/id")))
}

/// A value as text in a table's cell.
fn cell(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '|' | '`' | '<' | '>' | '[' | ']' | '*' | '_' if !is_word(&text) => {
                safe.push('\\');
                safe.push(character);
            }
            character if character.is_control() => safe.push(' '),
            character => safe.push(character),
        }
    }
    safe
}

/// Our own words and ids, which Markdown leaves alone inside a word.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'_' || byte == b'.' || byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_of_others_stays_in_its_cell() {
        assert_eq!(cell(&json!("key:a|b\n<i>")), r"key:a\|b \<i\>");
        assert_eq!(cell(&json!("no_drift")), "no_drift");
        assert_eq!(cell(&json!(5)), "5");
    }
}
