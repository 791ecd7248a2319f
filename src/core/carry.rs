//! A file that is carried from a public url into a provider's object store: what kinds may be, how large, where to. Pure:
//! the edge fetches and sends the bytes and asks here; where a url may point is left to `providers::source`.

use crate::core::providers::object_store::Signer;

/// A file to be carried. The edge streams it: no byte of it comes into the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carry {
    /// The url of the file.
    pub source: String,
    /// The kinds that the provider takes.
    pub kinds: &'static [FileKind],
    /// The most bytes that it takes.
    pub most_bytes: u64,
    /// Who signs the request to the store.
    pub signer: Signer,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind {
    /// What the name of such a file ends in; the first one is the one that is given.
    pub endings: &'static [&'static str],
    /// The content types by which it goes; the first one is the one that is sent.
    pub content_types: &'static [&'static str],
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    /// It is in the store.
    Stored {
        /// Its object key, ending and all.
        key: String,
        /// How large it is.
        size_bytes: u64,
        /// Whether an object of that key was there before: an earlier try came as far as this.
        was_there: bool,
    },
    /// There is no file to be carried.
    NoSource(NoSource),
    /// The store said no.
    Refused {
        /// The HTTP status.
        status: u16,
    },
}

/// Why a url gave no file that can be carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoSource {
    /// It points, or leads, to no public place.
    NotPublic,
    /// It leads from one place to the next without an end.
    Endless,
    /// It answered this instead of a file.
    Answered {
        /// The HTTP status.
        status: u16,
    },
    /// It did not answer, or fell silent.
    Silent,
    /// The file is larger than the provider takes.
    TooLarge {
        /// The most that it takes, in bytes.
        most_bytes: u64,
    },
    /// It is no file of a kind that the provider takes.
    NotMedia {
        /// What it says it is.
        content_type: Option<String>,
    },
}

impl FileKind {
    /// The ending that a new file of this kind is given.
    #[must_use]
    pub fn ending(&self) -> &'static str {
        self.endings.first().copied().unwrap_or_default()
    }

    /// The content type with which it is sent.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        self.content_types.first().copied().unwrap_or_default()
    }
}

impl Carry {
    /// The kind of the file: what its server says, and where that says nothing, what its url ends in.
    ///
    /// # Errors
    /// [`NoSource::NotMedia`].
    pub fn kind_of(&self, content_type: Option<&str>, url: &str) -> Result<FileKind, NoSource> {
        let said = content_type.map(|text| text.split(';').next().unwrap_or_default().trim());
        let said = said.map(str::to_ascii_lowercase).filter(|text| !says_nothing(text));
        let found = match &said {
            Some(said) => self.kinds.iter().find(|kind| kind.content_types.contains(&said.as_str())),
            None => {
                let ending = ending_of(url);
                self.kinds.iter().find(|kind| kind.endings.contains(&ending.as_str()))
            }
        };
        found.copied().ok_or(NoSource::NotMedia { content_type: said })
    }
}

/// What servers say of files that they know nothing about.
fn says_nothing(content_type: &str) -> bool {
    matches!(content_type, "" | "application/octet-stream" | "binary/octet-stream")
}

/// What the last part of a url's path ends in, in lower case.
fn ending_of(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: &[FileKind] = &[
        FileKind { endings: &["png"], content_types: &["image/png"] },
        FileKind { endings: &["jpg", "jpeg"], content_types: &["image/jpeg", "image/jpg"] },
    ];

    fn kind(content_type: Option<&str>, url: &str) -> Result<(&'static str, &'static str), NoSource> {
        let signer = Signer {
            bucket: "b",
            date: String::new(),
            access_key: String::new(),
            secret: String::new(),
            token: String::new(),
        };
        let carry = Carry { source: String::new(), kinds: KINDS, most_bytes: 1, signer };
        carry.kind_of(content_type, url).map(|kind| (kind.ending(), kind.content_type()))
    }

    #[test]
    fn the_server_is_believed_before_the_name() {
        let jpeg = Ok(("jpg", "image/jpeg"));
        assert_eq!(kind(Some("IMAGE/JPG; charset=binary"), "https://a.example/x.png"), jpeg);
        assert_eq!(
            kind(Some("text/html; charset=utf-8"), "https://a.example/x.png"),
            Err(NoSource::NotMedia { content_type: Some("text/html".to_owned()) })
        );
    }

    #[test]
    fn where_the_server_says_nothing_the_name_does() {
        for said in [None, Some(""), Some("application/octet-stream"), Some("binary/octet-stream")] {
            assert_eq!(kind(said, "https://a.example/b.c/x.JPEG?y=.png#z"), Ok(("jpg", "image/jpeg")));
            let nameless = NoSource::NotMedia { content_type: None };
            assert_eq!(kind(said, "https://a.example/x.png/y"), Err(nameless));
        }
    }
}
