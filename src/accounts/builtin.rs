//! The built-in provider: accounts in our own table. Pure steps only: hashing (slow, off the writer's thread) and what to write; the row
//! is written by whoever holds the transaction, together with the ticket's change.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use super::{Account, Made, Order, Password, ProviderError};

/// argon2id, 19 MiB, 2 passes, 1 lane, as the OWASP password storage cheat sheet has it; some 50 ms of a processor.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A PHC string (`$argon2id$v=19$m=19456,t=2,p=1$salt$hash`) that Dovecot, INN's helpers and we can check.
///
/// # Errors
/// Only where memory is short: worth another try.
pub fn hash(password: &Password, salt: &[u8; 16]) -> Result<String, ProviderError> {
    let unreachable = |error: &dyn std::fmt::Display| {
        ProviderError::Unreachable(format!("the password could not be hashed: {error}"))
    };
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| unreachable(&e))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.reveal().as_bytes(), salt)
        .map(|hash| hash.to_string())
        .map_err(|e| unreachable(&e))
}

/// Whether a password is the one that was hashed. Slow.
#[must_use]
pub fn verify(password: &Password, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| {
        Argon2::default().verify_password(password.reveal().as_bytes(), &hash).is_ok()
    })
}

/// What an order does to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    Insert,
    /// New address, hash and order, active again.
    Update,
    /// An earlier try has written it.
    Nothing,
}

/// What to write, given who has the login (compared without case) now; in the transaction that writes it.
///
/// # Errors
/// `LoginTaken` where somebody else has it.
pub fn judge(order: &Order, holder: Option<&Account>) -> Result<(Write, Made), ProviderError> {
    let made = if order.resume { Made::Resumed } else { Made::Created };
    match holder {
        None => Ok((Write::Insert, Made::Created)),
        Some(account) if account.order_id == order.order_id => Ok((Write::Nothing, made)),
        Some(account) if order.resume && account.ticket == Some(order.ticket) => {
            Ok((Write::Update, made))
        }
        Some(_) => Err(ProviderError::LoginTaken { login: order.login.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::TicketId;
    use crate::mail::Address;

    #[test]
    fn a_password_is_kept_as_an_argon2id_phc_string() {
        let password = Password::generate(&[3; 8]);
        let phc = hash(&password, &[1; 16]).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify(&password, &phc));
        assert!(!verify(&Password::generate(&[4; 8]), &phc));
        assert_ne!(phc, hash(&password, &[2; 16]).unwrap(), "the salt counts");
        assert!(!verify(&password, "") && !verify(&password, "$argon2id$nonsense"));
    }

    #[test]
    fn one_order_is_one_account() {
        let email = Address::parse("lena@example.net").unwrap();
        let order = |order_id, resume| Order {
            order_id,
            login: "lena".into(),
            email: email.clone(),
            name: "Lena".into(),
            password: Password::generate(&[3; 8]),
            ticket: TicketId(7),
            resume,
        };
        let account = Account {
            login: "Lena".into(),
            email: email.clone(),
            active: true,
            ticket: Some(TicketId(7)),
            order_id: 1,
        };
        let judged = |order: &Order, holder| judge(order, holder).ok();
        assert_eq!(judged(&order(1, false), None), Some((Write::Insert, Made::Created)));
        let again = judged(&order(1, false), Some(&account));
        assert_eq!(again, Some((Write::Nothing, Made::Created)), "after a crash");
        let taken = judge(&order(2, false), Some(&account)).unwrap_err();
        assert!(matches!(&taken, ProviderError::LoginTaken { login } if login == "lena"));
        assert!(!taken.is_temporary());
        let resumed = judged(&order(2, true), Some(&account));
        assert_eq!(resumed, Some((Write::Update, Made::Resumed)));
        let others = Account { ticket: Some(TicketId(8)), ..account.clone() };
        assert_eq!(judged(&order(2, true), Some(&others)), None, "nobody else's is given away");
        assert_eq!(judged(&order(2, true), None), Some((Write::Insert, Made::Created)));
    }
}
