//! The fields in a form mail: `Field: value` lines, named as `[queue.form]` says.
//!
//! A field counts where it first stands; the reason is the last and takes all that follows, so that what an
//! applicant writes into it can never set another field.

use super::application::{Application, Field};
use super::people::Language;
use super::rules::{FormNames, Rules};
use crate::mail::{Address, Named, Timestamp};

/// What a form said, nothing of it believed yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    pub name: Option<String>,
    pub email: Option<String>,
    pub login: Option<String>,
    pub reason: Option<String>,
    pub language: Option<String>,
}

/// Longer values are cut: they are shown in a mail, not archived.
const LONGEST_FIELD: usize = 200;
const LONGEST_REASON: usize = 20_000;

#[must_use]
pub fn read(text: &str, names: &FormNames) -> Form {
    let mut form = Form::default();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((label, value)) = line.split_once(':') else { continue };
        let Some(field) = named(label, names) else { continue };
        let value = value.trim();
        match field {
            Field::Reason => {
                let reason: Vec<&str> = std::iter::once(value).chain(lines.by_ref()).collect();
                let reason: String =
                    reason.join("\n").trim().chars().take(LONGEST_REASON).collect();
                form.reason = (!reason.is_empty()).then_some(reason);
            }
            Field::Name => keep_first(&mut form.name, value),
            Field::Email => keep_first(&mut form.email, value),
            Field::Login => keep_first(&mut form.login, value),
            Field::Language => keep_first(&mut form.language, value),
        }
    }
    form
}

fn keep_first(slot: &mut Option<String>, value: &str) {
    if slot.is_none() && !value.is_empty() {
        *slot = Some(value.chars().filter(|c| !c.is_control()).take(LONGEST_FIELD).collect());
    }
}

fn named(label: &str, names: &FormNames) -> Option<Field> {
    let label = folded(label);
    let table = [
        (&names.name, Field::Name),
        (&names.email, Field::Email),
        (&names.login, Field::Login),
        (&names.reason, Field::Reason),
        (&names.language, Field::Language),
    ];
    table
        .into_iter()
        .find(|(given, _)| given.iter().any(|name| folded(name) == label))
        .map(|(_, field)| field)
}

/// Without case, umlauts and surrounding marks: `Begründung`, `begruendung` and `* BEGRUNDUNG` are the same field.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    for c in text.trim_matches(|c: char| !c.is_alphanumeric()).chars().flat_map(char::to_lowercase)
    {
        folded.push_str(match c {
            'ä' => "a",
            'ö' => "o",
            'ü' => "u",
            'ß' => "ss",
            c if c.is_alphanumeric() => {
                folded.push(c);
                continue;
            }
            _ => continue,
        });
    }
    folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// The application that a form or a direct mail makes: only what is usable is taken over.
#[must_use]
pub fn application(
    form: &Form,
    sender: Option<&Named>,
    at: Timestamp,
    rules: &Rules,
) -> Application {
    let mut application = Application::received(at);
    application.name = form
        .name
        .clone()
        .or_else(|| sender.map(|s| s.name.clone()))
        .filter(|name| !name.trim().is_empty());
    application.email = match &form.email {
        Some(text) => usable_email(text, rules),
        // Straight from the applicant, From is the address; a form's own sender never is.
        None => sender.map(|s| s.address.clone()).filter(|a| !rules.is_own(a) && !a.is_nobody()),
    };
    application.login = form.login.clone().filter(|login| usable_login(login, rules));
    application.reason = form.reason.clone();
    application
}

/// The language a form names, else the site's.
#[must_use]
pub fn language(form: &Form, rules: &Rules) -> Language {
    form.language.as_deref().and_then(Language::read).unwrap_or(rules.language)
}

/// Exactly one valid address that is none of ours.
#[must_use]
pub fn usable_email(text: &str, rules: &Rules) -> Option<Address> {
    Address::parse(text.trim_end_matches('.')).filter(|address| !rules.is_own(address))
}

/// Fits the pattern and is not reserved.
#[must_use]
pub fn usable_login(login: &str, rules: &Rules) -> bool {
    login.len() <= 64
        && rules.login_pattern.is_match(login)
        && !rules.reserved_logins.iter().any(|r| r.eq_ignore_ascii_case(login))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn names() -> FormNames {
        testing::rules().queues.first().unwrap().form.clone()
    }

    #[test]
    fn a_field_counts_where_it_first_stands_and_the_reason_takes_the_rest() {
        let form = read(
            "Antrag\n\nName: Lena Hoffmann\nE-Mail: lena@example.net\nLogin: lh\nName: Mallory\nBEGRUENDUNG: weil\nE-Mail: victim@example.net\n#confirm\n",
            &names(),
        );
        assert_eq!(form.name.as_deref(), Some("Lena Hoffmann"));
        assert_eq!(form.email.as_deref(), Some("lena@example.net"));
        assert_eq!(form.reason.as_deref(), Some("weil\nE-Mail: victim@example.net\n#confirm"));
    }

    #[test]
    fn what_is_not_usable_counts_as_missing() {
        let rules = testing::rules();
        let queue = rules.queues.first().unwrap().address.to_string();
        for email in [queue.as_str(), "antrag+x@example.org", "a@b.de, c@d.de", "a@b", "nobody"] {
            let form =
                Form { email: Some(email.into()), login: Some("root".into()), ..Form::default() };
            let made = application(&form, None, Timestamp(0), &rules);
            assert_eq!((made.email, made.login), (None, None), "{email}");
        }
    }

    #[test]
    fn a_direct_mail_without_an_email_field_is_its_senders() {
        let sender =
            Named { name: "Jo".into(), address: Address::parse("jo@example.net").unwrap() };
        let made = application(&Form::default(), Some(&sender), Timestamp(0), &testing::rules());
        assert_eq!(
            (made.name.as_deref(), made.email.clone()),
            (Some("Jo"), Address::parse("jo@example.net"))
        );
        assert_eq!(made.missing(), [Field::Login, Field::Reason]);
    }
}
