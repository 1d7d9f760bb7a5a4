//! Why what a mail brought along proves nothing, as its agent is told at the registered address, and nobody else.
//!
//! Coarser than what the log says: one plain sentence each, of which the agent can make something. The words are the templates'; what
//! comes to which, `authority::why` and the office know.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    // Of a token.
    UsedOnce,
    Void,
    Expired,
    SeenByOthers,
    OtherSender,
    NotAccepted,
    // Of the sender's domain.
    Disowned,
    /// The very mail has proven somebody before.
    SentAgain,
    DomainBroken,
    DomainPartly,
    DomainUnknown,
    // Of an OpenPGP signature.
    SignedInPart,
    SignedUnreadable,
    SignedByUnknown,
    SignedBroken,
    SignedWeakly,
    SignedLate,
    SignedByBadKey,
    SignedForElse,
    SignedWithoutNumber,
    SignedForSeveral,
    SignedForOtherTicket,
    SignedTooLarge,
    /// Wrapped in OpenPGP as a whole: the words cannot be read without unpacking it.
    SignedOpaque,
}

impl Why {
    /// All, for samples.
    pub const ALL: [Self; 24] = [
        Self::UsedOnce,
        Self::Void,
        Self::Expired,
        Self::SeenByOthers,
        Self::OtherSender,
        Self::NotAccepted,
        Self::Disowned,
        Self::SentAgain,
        Self::DomainBroken,
        Self::DomainPartly,
        Self::DomainUnknown,
        Self::SignedInPart,
        Self::SignedUnreadable,
        Self::SignedByUnknown,
        Self::SignedBroken,
        Self::SignedWeakly,
        Self::SignedLate,
        Self::SignedByBadKey,
        Self::SignedForElse,
        Self::SignedWithoutNumber,
        Self::SignedForSeveral,
        Self::SignedForOtherTicket,
        Self::SignedTooLarge,
        Self::SignedOpaque,
    ];

    /// The name of its phrase.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UsedOnce => "used-once",
            Self::Void => "void",
            Self::Expired => "expired",
            Self::SeenByOthers => "seen-by-others",
            Self::OtherSender => "other-sender",
            Self::NotAccepted => "not-accepted",
            Self::Disowned => "disowned",
            Self::SentAgain => "sent-again",
            Self::DomainBroken => "domain-broken",
            Self::DomainPartly => "domain-partly",
            Self::DomainUnknown => "domain-unknown",
            Self::SignedInPart => "signed-in-part",
            Self::SignedUnreadable => "signed-unreadable",
            Self::SignedByUnknown => "signed-by-unknown",
            Self::SignedBroken => "signed-broken",
            Self::SignedWeakly => "signed-weakly",
            Self::SignedLate => "signed-late",
            Self::SignedByBadKey => "signed-by-bad-key",
            Self::SignedForElse => "signed-for-else",
            Self::SignedWithoutNumber => "signed-without-number",
            Self::SignedForSeveral => "signed-for-several",
            Self::SignedForOtherTicket => "signed-for-other-ticket",
            Self::SignedTooLarge => "signed-too-large",
            Self::SignedOpaque => "signed-opaque",
        }
    }
}
