//! What a provider calls a file that was handed to it. Remembered by the file's url, so that it is handed over once.

use serde_json::{Value, json};

/// A file that was handed to a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uploaded {
    /// The id by which requests name it, where they name ids.
    pub id: Option<String>,
    /// Where the provider keeps it.
    pub url: Option<String>,
    /// Its object key there.
    pub path: Option<String>,
}

impl Uploaded {
    /// The upload as JSON, as it is stored.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "id": self.id, "url": self.url, "path": self.path })
    }

    /// Reads what [`Self::to_json`] wrote; `None` when it names no file.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let uploaded = Self { id: text("id"), url: text("url"), path: text("path") };
        (uploaded.id.is_some() || uploaded.path.is_some()).then_some(uploaded)
    }
}
