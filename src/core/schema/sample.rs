//! What a value looks like, without the value: enough to see what a new member is about, nothing of a person.

use serde_json::Value;
use url::Url;

use crate::core::media_url::as_uuid;
use crate::core::schema::walk::shown_name;

/// The most names of an object's members in a sample.
const MOST_NAMES: usize = 8;

/// The look of a value.
#[must_use]
pub fn redacted(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Number(number) => number_look(&number.to_string()),
        Value::String(text) => text_look(text),
        Value::Array(entries) => {
            let first = entries.first().map(redacted).unwrap_or_default();
            format!("list of {}, the first: {first}", entries.len())
        }
        Value::Object(members) => {
            let names: Vec<&str> = members.keys().take(MOST_NAMES).map(|name| shown_name(name)).collect();
            format!("object of {}: {}", members.len(), names.join(", "))
        }
    }
}

fn number_look(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{} digits", text.len())
    } else {
        "number with a sign, a fraction or an exponent".to_owned()
    }
}

fn text_look(text: &str) -> String {
    let count = text.chars().count();
    if as_uuid(text).is_some() {
        "uuid".to_owned()
    } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("text of {count} digits")
    } else {
        url_look(text).unwrap_or_else(|| format!("text of {count} characters"))
    }
}

/// The host, how many segments the path has, and the kind of file: neither names nor signatures.
fn url_look(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    let file = url.path().rsplit('/').next().unwrap_or_default();
    let kind = file.rsplit_once('.').map_or("", |(_, kind)| kind);
    let is_kind = (1..=5).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let kind = if is_kind { format!(", .{kind}") } else { String::new() };
    let query = if url.query().is_some() { ", with a query" } else { "" };
    let segments = url.path().split('/').filter(|segment| !segment.is_empty()).count();
    Some(format!("url at {host}, {segments} segments{kind}{query}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_look_tells_the_form_and_not_the_content() {
        for (value, look) in [
            (json!(402_000_000_000_900_u64), "15 digits"),
            (json!(-1.5), "number with a sign, a fraction or an exponent"),
            (json!("402000000000900"), "text of 15 digits"),
            (json!("Ann lives in Bern"), "text of 17 characters"),
            (json!("3b1f0c52-1111-4222-8333-00000000000a"), "uuid"),
            (
                json!("https://media.pixverse.ai/upload/ann.png?sig=x"),
                "url at media.pixverse.ai, 2 segments, .png, with a query",
            ),
            (json!(["a", "b"]), "list of 2, the first: text of 1 characters"),
            (json!({ "ann@b.c": 1, "kind": 2 }), "object of 2: *, kind"),
            (json!(true), "true or false"),
        ] {
            assert_eq!(redacted(&value), look);
        }
    }
}
