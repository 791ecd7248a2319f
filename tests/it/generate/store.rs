//! The library's uploads, as far as these tests need them: keys, an object store, and registrations. Unless it is told to be
//! kind, whoever registers an object twice gets two rows: nobody knows what the provider does.

use std::collections::{BTreeMap, VecDeque};

use driftline::core::carry::Carried;
use driftline::core::ids::digest;
use driftline::core::providers::object_store::Opened;
use driftline::core::step::{ProviderCall, Reply, Verb};
use serde_json::{Value, json};

use crate::shelf::success;

/// The store.
#[derive(Clone, Default)]
pub struct Store {
    /// What becomes of the next files from these urls; when used up, they are carried.
    pub sources: BTreeMap<String, VecDeque<Reply>>,
    /// Replies to the next requests for keys, before all else.
    pub tokens: VecDeque<Reply>,
    /// Replies to the next registrations, before all else.
    pub registrations: VecDeque<Reply>,
    /// Whether the next registration is done and its answer lost.
    pub loses_answer: bool,
    /// Whether an object that is registered again keeps its row.
    pub is_kind: bool,
    /// Where every file was fetched from, in order.
    pub fetched: Vec<String>,
    /// The objects, by their keys.
    pub objects: BTreeMap<String, String>,
    /// Every registration: path of the call, body.
    pub registered: Vec<(String, Value)>,
    rows: Vec<(&'static str, Value)>,
}

impl Store {
    /// Answers what belongs to uploads.
    pub fn answer(&mut self, call: &ProviderCall, path: &str, body: &Value) -> Option<Reply> {
        Some(match path {
            _ if call.verb == Verb::Put => self.put(call),
            "getUploadToken" => {
                assert_eq!(
                    (call.body.as_deref(), &call.seal[..]),
                    (None, &["/Resp/Ak", "/Resp/Sk", "/Resp/Token"][..])
                );
                let sealed = json!({ "Ak": "sealed:ka", "Sk": "sealed:ks", "Token": "sealed:nekot" });
                self.tokens.pop_front().unwrap_or_else(|| success(&sealed))
            }
            "media/batch_upload_media" => self.register(path, "image", &body["images"][0], body),
            "media/upload" if body["path"].is_string() => {
                let kind = if body["type"] == 1 { "video" } else { "audio" };
                self.register(path, kind, body, body)
            }
            _ => return None,
        })
    }

    fn put(&mut self, call: &ProviderCall) -> Reply {
        let file = call.file.as_deref().expect("a file");
        assert!(
            call.credential.is_none() && call.body.is_none() && call.seal.is_empty(),
            "the signature is all"
        );
        self.fetched.push(file.source.clone());
        if let Some(reply) = self.sources.get_mut(&file.source).and_then(VecDeque::pop_front) {
            return reply;
        }
        let kind = file.kind_of(None, &file.source).unwrap_or(file.kinds[0]);
        let path = format!("{}.{}", call.path, kind.ending());
        let signer = &file.signer;
        let secrets =
            [&signer.access_key, &signer.secret, &signer.token].map(|text| text.strip_prefix("sealed:"));
        assert_eq!(secrets, [Some("ka"), Some("ks"), Some("nekot")], "nothing comes opened out of the core");
        let opened = Opened { access_key: "ak".into(), secret: "sk".into(), token: "token".into() };
        let message = signer.message(&path, &signer.headers(kind, &opened));
        let ending =
            format!("\nx-oss-forbid-overwrite:true\nx-oss-security-token:token\n/pixverse-fe-upload{path}");
        assert!(message.starts_with("PUT\n\n") && message.ends_with(&ending), "{message}");
        let key = path.trim_start_matches('/').to_owned();
        let was_there = self.objects.insert(key.clone(), file.source.clone()).is_some();
        Reply::Carried(Carried::Stored { key, size_bytes: 10, was_there })
    }

    fn register(&mut self, call: &str, kind: &'static str, file: &Value, body: &Value) -> Reply {
        self.registered.push((call.to_owned(), body.clone()));
        if let Some(reply) = self.registrations.pop_front() {
            return reply;
        }
        let key = file["path"].as_str().unwrap();
        assert!(self.objects.contains_key(key), "{key} was not put");
        let before = self.rows.iter().filter(|(_, row)| !self.is_kind && row["path"] == key).count();
        // What a key is called does not depend on what else there is, so that two runs can be compared.
        let id = u64::from_str_radix(&digest(key)[..11], 16).unwrap() * 10 + u64::try_from(before).unwrap();
        let url = format!("https://media.pixverse.ai/{}", key.replace('/', "%2F"));
        let row =
            json!({ "id": id, "asset_id": id, "path": key, "url": url, "name": file["name"], "err_msg": "" });
        if self.rows.iter().all(|(_, known)| known["id"] != row["id"]) {
            self.rows.push((kind, row.clone()));
        }
        if std::mem::take(&mut self.loses_answer) {
            return super::studio::cut();
        }
        success(&if kind == "image" { json!({ "result": [row] }) } else { row })
    }

    /// The rows of a listing, newest first.
    pub fn rows(&self, listing: &str) -> Vec<String> {
        let rows = self.rows.iter().rev().filter(|(kind, _)| listing == format!("{kind}/uploaded"));
        rows.map(|(_, row)| row.to_string()).collect()
    }
}
