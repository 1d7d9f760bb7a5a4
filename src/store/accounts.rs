//! The accounts of the provider `builtin`. Other providers keep their own. What an account is good for is decided in `accounts`.

use rusqlite::{Row, params};

use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::TicketId;
use crate::desk::event::AccountInfo;
use crate::mail::{Address, Timestamp};

/// Without its password's hash, which is only asked for where one is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Lower case.
    pub login: String,
    pub email: Address,
    /// The person's; may be empty.
    pub name: String,
    /// False: suspended.
    pub active: bool,
    /// The application it came from; None where it was made by hand.
    pub ticket: Option<TicketId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Account {
    /// As much of it as decisions depend on.
    #[must_use]
    pub fn info(&self) -> AccountInfo {
        AccountInfo { login: self.login.clone(), email: self.email.clone(), active: self.active }
    }
}

impl Reader {
    /// By its login in any case of letters.
    ///
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn account(&self, login: &str) -> Result<Option<Account>, StoreError> {
        self.one("SELECT * FROM accounts WHERE login = ?1", [login.to_lowercase()], account)
    }

    /// By `Address::key`.
    pub fn accounts_by_email(&self, key: &str) -> Result<Vec<Account>, StoreError> {
        self.all(BY_EMAIL, [key], account)
    }

    /// All of them, by login.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.all(BY_LOGIN, [], account)
    }

    /// The same, one after the other.
    pub fn each_account<E: From<StoreError>>(
        &self,
        show: impl FnMut(Account) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each(BY_LOGIN, [], account, show)
    }

    /// As a PHC string.
    pub fn password_hash(&self, login: &str) -> Result<Option<String>, StoreError> {
        self.one(
            "SELECT password_hash FROM accounts WHERE login = ?1",
            [login.to_lowercase()],
            |row| row.get(0),
        )
    }
}

impl Tx<'_> {
    /// False, and nothing done, where the login is taken.
    ///
    /// # Errors
    /// Where the store cannot be written; so for all changes.
    pub fn insert_account(&self, account: &Account, hash: &str) -> Result<bool, StoreError> {
        let added = self.write(
            "INSERT INTO accounts (login, email, email_key, name, password_hash, active, ticket, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (login) DO NOTHING",
            params![
                account.login.to_lowercase(),
                account.email,
                account.email.key(),
                account.name,
                hash,
                account.active,
                account.ticket,
                account.created_at,
                account.updated_at,
            ],
        )?;
        Ok(added > 0)
    }

    /// Writes address, name, whether it is active, and `updated_at`; and a new password where one is given.
    /// False where there is no such login.
    pub fn update_account(
        &self,
        account: &Account,
        hash: Option<&str>,
    ) -> Result<bool, StoreError> {
        let changed = self.write(
            "UPDATE accounts SET email = ?2, email_key = ?3, name = ?4, active = ?5, updated_at = ?6,
                 password_hash = coalesce(?7, password_hash) WHERE login = ?1",
            params![
                account.login.to_lowercase(),
                account.email,
                account.email.key(),
                account.name,
                account.active,
                account.updated_at,
                hash,
            ],
        )?;
        Ok(changed > 0)
    }

    /// False where there is no such login.
    pub fn suspend_account(&self, login: &str, at: Timestamp) -> Result<bool, StoreError> {
        self.set_active(login, false, at)
    }

    /// False where there is no such login.
    pub fn resume_account(&self, login: &str, at: Timestamp) -> Result<bool, StoreError> {
        self.set_active(login, true, at)
    }

    fn set_active(&self, login: &str, active: bool, at: Timestamp) -> Result<bool, StoreError> {
        let changed = self.write(
            "UPDATE accounts SET active = ?2, updated_at = ?3 WHERE login = ?1",
            params![login.to_lowercase(), active, at],
        )?;
        Ok(changed > 0)
    }
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        login: row.get("login")?,
        email: row.get("email")?,
        name: row.get("name")?,
        active: row.get("active")?,
        ticket: row.get("ticket")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

const BY_LOGIN: &str = "SELECT * FROM accounts ORDER BY login";
pub(super) const BY_EMAIL: &str = "SELECT * FROM accounts WHERE email_key = ?1 ORDER BY login";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{NOON, address, fresh};

    #[test]
    fn a_login_has_one_account_in_any_case_of_letters() {
        let mut fresh = fresh();
        let jo = Account {
            login: "jo".to_owned(),
            email: address("Jo@example.net"),
            name: "Jo".to_owned(),
            active: true,
            ticket: Some(fresh.ticket().id),
            created_at: NOON,
            updated_at: NOON,
        };
        assert!(fresh.does(|tx| tx.insert_account(&jo, "$argon2id$1")));
        let other = Account { login: "JO".to_owned(), name: "Joe".to_owned(), ..jo.clone() };
        assert!(!fresh.does(|tx| tx.insert_account(&other, "$argon2id$2")));
        assert_eq!(fresh.store.account("Jo").unwrap().as_ref(), Some(&jo));
        assert_eq!(jo.info().login, "jo");
        assert_eq!(fresh.store.accounts_by_email("jo@example.net").unwrap(), [jo]);
        assert_eq!(fresh.store.password_hash("JO").unwrap().as_deref(), Some("$argon2id$1"));
    }

    #[test]
    fn an_account_is_suspended_resumed_and_given_a_new_address() {
        let mut fresh = fresh();
        let jo = Account {
            login: "jo".to_owned(),
            email: address("jo@example.net"),
            name: String::new(),
            active: true,
            ticket: None,
            created_at: NOON,
            updated_at: NOON,
        };
        let at = Timestamp(NOON.0 + 1);
        fresh.does(|tx| tx.insert_account(&jo, "1"));
        assert!(fresh.does(|tx| tx.suspend_account("jo", at)));
        assert!(!fresh.store.account("jo").unwrap().unwrap().active);
        assert!(fresh.does(|tx| tx.resume_account("jo", at)));
        assert!(!fresh.does(|tx| tx.resume_account("al", at)));

        let moved = Account { email: address("jo@example.com"), updated_at: at, ..jo };
        assert!(fresh.does(|tx| tx.update_account(&moved, None)));
        assert_eq!(fresh.store.password_hash("jo").unwrap().as_deref(), Some("1"));
        assert!(fresh.does(|tx| tx.update_account(&moved, Some("2"))));
        assert_eq!(fresh.store.password_hash("jo").unwrap().as_deref(), Some("2"));
        assert_eq!(fresh.store.accounts().unwrap(), [moved]);
        assert_eq!(fresh.store.accounts_by_email("jo@example.net").unwrap(), []);
    }
}
