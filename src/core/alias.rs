//! One identity of an asset: its scheme, its value, and how strong it is. Who keeps an alias is left to `identity`.

use serde::{Deserialize, Serialize};

use crate::core::media::{Api, Making, MediaType};

/// What an alias is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// The provider's own id; value `provider:api:media_type:making:id`.
    Id,
    /// A uuid, declared by the provider or read from the asset's own url; value like an id's.
    Uuid,
    /// An object key: one file, whatever url led to it. Value `namespace:key`, or the url itself for foreign hosts.
    Key,
    /// The digest of the file's bytes, in hex.
    Sha256,
}

impl Scheme {
    /// The scheme's name as it stands before the colon in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Uuid => "uuid",
            Self::Key => "key",
            Self::Sha256 => "sha256",
        }
    }
}

/// One identity of an asset. Two aliases are the same when scheme and value are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alias {
    /// What the value is.
    pub scheme: Scheme,
    /// The value, with the scope that its scheme asks for.
    pub value: String,
}

impl std::fmt::Display for Alias {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.scheme.as_str(), self.value)
    }
}

impl Alias {
    /// A provider's id in its scope. `id` must be a usable id already.
    #[must_use]
    pub fn id(provider_id: &str, api: Api, media_type: MediaType, making: Making, id: &str) -> Self {
        Self { scheme: Scheme::Id, value: scoped(provider_id, api, media_type, making, id) }
    }

    /// A uuid in its scope, lower-cased.
    #[must_use]
    pub fn uuid(provider_id: &str, api: Api, media_type: MediaType, making: Making, uuid: &str) -> Self {
        let uuid = uuid.to_ascii_lowercase();
        Self { scheme: Scheme::Uuid, value: scoped(provider_id, api, media_type, making, &uuid) }
    }

    /// An object key, as [`object_key`](crate::core::media_url::object_key) gives it.
    #[must_use]
    pub fn key(key: impl Into<String>) -> Self {
        Self { scheme: Scheme::Key, value: key.into() }
    }

    /// The text form `scheme:value`, by which an alias is stored and compared.
    #[must_use]
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// Reads the text form back; `None` where no known scheme stands before the first colon.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, value) = text.split_once(':')?;
        let scheme = match scheme {
            "id" => Scheme::Id,
            "uuid" => Scheme::Uuid,
            "key" => Scheme::Key,
            "sha256" => Scheme::Sha256,
            _ => return None,
        };
        Some(Self { scheme, value: value.to_owned() })
    }
}

fn scoped(provider_id: &str, api: Api, media_type: MediaType, making: Making, id: &str) -> String {
    [provider_id, api.as_str(), media_type.as_str(), making.as_str(), id].join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn created_and_uploaded_ids_with_equal_digits_are_two_aliases() {
        let created = Alias::id("pixverse", Api::Library, MediaType::Image, Making::Created, "402");
        let uploaded = Alias::id("pixverse", Api::Library, MediaType::Image, Making::Uploaded, "402");
        assert_eq!(created.text(), "id:pixverse:library:image:created:402");
        assert_ne!(created, uploaded);
    }

    #[test]
    fn text_form_reads_back() {
        let alias = Alias::key("pixverse:upload/a:b.png");
        assert_eq!(Alias::parse(&alias.text()), Some(alias));
        assert_eq!(Alias::parse("fingerprint:1"), None);
    }
}
