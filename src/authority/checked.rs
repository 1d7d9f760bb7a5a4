//! What was found out about a mail before it reached the writer: by our own server, by asking the DNS, by checking signatures.
//! Facts only; what they are worth for an agent, `judge` and its neighbours say.

use crate::desk::why::Why;

/// Nothing was found out: so for every mail whose writer claims nothing, and for one that is handled anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What the Authentication-Results of our own server say.
    pub by_server: Vec<Verdict>,
    /// What our own look at the sender's domain found.
    pub by_us: Vec<Verdict>,
    /// Why a signature of the sender's domain that is there says nothing.
    pub not_by_us: Option<Why>,
}

/// One thing that holds of the mail, or surely does not. Domains are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Submitted with this log-in to our own server.
    LoggedIn(String),
    /// A DKIM signature of this domain holds.
    DkimPass(String),
    /// The domain of From answers for the mail.
    DmarcPass(String),
    /// The domain of From disowns it: a definite answer, never a missing one.
    DmarcFail(String),
}
