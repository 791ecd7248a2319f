//! One finding: what disagrees, what was decided, what is suggested. Whether it is open, accepted or closed is the
//! row's business.

use serde_json::{Value, json};

use crate::core::drift::kind::Kind;
use crate::core::ids::{mint, short_digest};
use crate::core::media::MediaType;

/// A disagreement as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What sort of disagreement.
    pub kind: Kind,
    /// What it weighs, 1 to 3: its kind's weight, unless more is known of it.
    pub severity: u8,
    /// The asset that it is about, with its media type.
    pub asset: Option<(String, MediaType)>,
    /// The account's identity.
    pub account: Option<String>,
    /// What it is about, by a name that every inventory gives it: a root, an alias, an account, a schema.
    pub subject: String,
    /// Which part of that, such as a field; empty where the kind says all.
    pub part: String,
    /// Which observation said what.
    pub evidence: Value,
    /// What the fold believes, and by which rule.
    pub decided: Value,
    /// What disagrees, without times and ids of ours: while this is the same, it is the same disagreement.
    pub gist: Value,
}

impl Finding {
    /// Its id: the same disagreement about the same thing has the same id, whenever and however often it is found.
    #[must_use]
    pub fn id(&self, owner: i64) -> String {
        finding_id(owner, self.kind, &self.subject, &self.part)
    }

    /// The digest of what disagrees.
    #[must_use]
    pub fn digest(&self) -> String {
        short_digest(&self.gist.to_string())
    }

    /// The row as one JSON object, for the set-based write.
    #[must_use]
    pub fn row(&self, owner: i64) -> Value {
        json!({
            "id": self.id(owner),
            "kind": self.kind.as_str(),
            "severity": self.severity,
            "aspect": self.kind.aspect(&self.part).as_str(),
            "media_type": self.asset.as_ref().map(|(_, media_type)| media_type.as_str()),
            "asset": self.asset.as_ref().map(|(id, _)| id),
            "account": self.account,
            "subject": self.subject,
            "part": self.part,
            "evidence": self.evidence.to_string(),
            "decided": self.decided.to_string(),
            "action": self.kind.action(),
            "digest": self.digest(),
            "decision": decision_key(self.kind.as_str(), &self.part),
        })
    }
}

/// The id of the finding of this kind about this.
#[must_use]
pub fn finding_id(owner: i64, kind: Kind, subject: &str, part: &str) -> String {
    mint("dri_", 0, &format!("{owner}\n{}\n{subject}\n{part}", kind.as_str()))
}

/// The name of a finding among the decisions about its subject.
#[must_use]
pub fn decision_key(kind: &str, part: &str) -> String {
    format!("{kind}:{part}")
}
