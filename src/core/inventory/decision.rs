//! What a person decided, as it is taken in. What follows from it is left to `world` and `settle`.

/// Which decisions are compared with each other: within a family, the last one per alias or pair counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Whether an asset is in the inventory.
    Presence,
    /// Whether two aliases are one asset.
    Identity,
    /// Whether one asset is another's parent.
    Edge,
    /// Whether a disagreement is accepted as it is.
    Drift,
}

impl Family {
    /// Every family.
    const ALL: [Self; 4] = [Self::Presence, Self::Identity, Self::Edge, Self::Drift];

    /// Reads the word back; `None` for one that is not known.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.as_str() == text)
    }

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::Identity => "identity",
            Self::Edge => "edge",
            Self::Drift => "drift",
        }
    }
}

/// What a person decided, with author and time. It is about aliases, so it outlives every asset row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it is about.
    pub alias: String,
    /// With what it is compared.
    pub family: Family,
    /// The other alias of a pair, else empty.
    pub other: String,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// `remove`, `restore`, `same`, `different`, `edge`, `no_edge`, `accept`.
    pub verdict: &'static str,
    /// The token that decided.
    pub author: String,
    /// Further members as JSON: relation and slot of an edge, reason and evidence of an
    /// acceptance.
    pub body: String,
}
