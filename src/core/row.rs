//! Reads a row of a result into a plain struct. serde's own reader of JSON values can do far more than a row needs
//! (lists in place of objects, nesting, borrowing), and all of it is built anew for every struct: here a row is a list
//! of scalars, which keeps the Worker small.

use serde::de::value::{Error, MapDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// Reads one row.
///
/// # Errors
/// A message that names the column that does not fit.
pub fn read<T: DeserializeOwned>(row: Map<String, Value>) -> Result<T, String> {
    let columns: Vec<(String, Scalar)> = row.into_iter().map(|(name, value)| (name, Scalar(value))).collect();
    T::deserialize(MapDeserializer::<_, Error>::new(columns.into_iter())).map_err(|error| error.to_string())
}

/// The value of a column: text, a number or null.
struct Scalar(Value);

impl IntoDeserializer<'_, Error> for Scalar {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Scalar {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::String(text) => visitor.visit_string(text),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => visitor.visit_i64(whole),
                (None, Some(real)) => visitor.visit_f64(real),
                (None, None) => Err(Error::custom(format!("the number {number} is out of range"))),
            },
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                Err(Error::custom("a column holds no scalar"))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text = self.0.as_str().unwrap_or_default();
        let word: StrDeserializer<'_, Error> = text.into_deserializer();
        word.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::core::media::Feed;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        id: String,
        feed: Feed,
        at_ms: i64,
        note: Option<String>,
    }

    fn row(value: Value) -> Result<Row, String> {
        read(value.as_object().unwrap().clone())
    }

    #[test]
    fn a_row_reads_by_name_and_further_columns_do_no_harm() {
        let read = row(
            json!({ "at_ms": 1_764_000_000_000_i64, "feed": "listing", "id": "a", "more": 1, "note": null }),
        );
        let expected = Row { id: "a".into(), feed: Feed::Listing, at_ms: 1_764_000_000_000, note: None };
        assert_eq!(read, Ok(expected));
    }

    #[test]
    fn a_missing_column_and_a_wrong_type_are_named() {
        assert!(row(json!({ "feed": "listing", "at_ms": 1 })).unwrap_err().contains("id"));
        assert!(row(json!({ "id": "a", "feed": "listing", "at_ms": "soon" })).unwrap_err().contains("soon"));
        assert!(row(json!({ "id": "a", "feed": "rumour", "at_ms": 1 })).unwrap_err().contains("rumour"));
    }
}
