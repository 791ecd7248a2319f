//! One JSON line for each thing that ended. No line ever holds a token, a body, a query or an address with a signature.

use serde_json::{Map, Value, json};
use worker::{console_error, console_log};

/// Logs what went as it should.
pub fn info(event: &str, members: Value) {
    console_log!("{}", line("info", event, members));
}

/// Logs what somebody should look at.
pub fn error(event: &str, members: Value) {
    console_error!("{}", line("error", event, members));
}

fn line(level: &str, event: &str, members: Value) -> Value {
    let mut line = Map::new();
    line.insert("level".to_owned(), json!(level));
    line.insert("event".to_owned(), json!(event));
    if let Value::Object(members) = members {
        line.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Value::Object(line)
}
