//! Which refusal of a token or a signature is told to its agent as what (`desk::why`).

use super::openpgp;
use super::{Refusal, Token};
use crate::desk::why::Why;
use crate::mail::signed::NotAllSigned;

/// Of a right token; None where it is nobody's business.
#[must_use]
pub const fn of_token(token: &Token, refusal: &Refusal) -> Option<Why> {
    Some(match refusal {
        Refusal::NotForCommands | Refusal::AgentGone => return None,
        Refusal::ForeignSender => Why::OtherSender,
        Refusal::Void if token.purpose.is_for_one_use() => Why::UsedOnce,
        Refusal::Void => Why::Void,
        Refusal::Expired => Why::Expired,
        Refusal::SeenByOthers(_) => Why::SeenByOthers,
        Refusal::Disowned => Why::Disowned,
        Refusal::NotAccepted => Why::NotAccepted,
    })
}

impl From<&openpgp::Refusal> for Why {
    fn from(refusal: &openpgp::Refusal) -> Self {
        use openpgp::Refusal as Signature;
        match refusal {
            Signature::NotAllSigned(NotAllSigned::Beside) => Self::SignedInPart,
            Signature::NotAllSigned(NotAllSigned::Malformed | NotAllSigned::TooLong)
            | Signature::Unreadable
            | Signature::OtherPurpose => Self::SignedUnreadable,
            Signature::NotRegistered => Self::SignedByUnknown,
            Signature::Broken => Self::SignedBroken,
            Signature::WeakHash(_) => Self::SignedWeakly,
            Signature::InFuture(_) | Signature::TooOld(_) | Signature::Expired => Self::SignedLate,
            Signature::Key(_) => Self::SignedByBadKey,
        }
    }
}
