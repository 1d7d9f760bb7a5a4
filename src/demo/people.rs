//! Who plays: their names, their addresses, the language of their mail client.

use crate::desk::people::Language;

/// Somebody who writes mail.
#[derive(Debug)]
pub struct Person {
    /// An agent's short name; empty for everybody else.
    pub short: &'static str,
    pub name: &'static str,
    pub address: &'static str,
    pub language: Language,
}

pub static ANNA: Person = Person {
    short: "anna",
    name: "Anna Brandt",
    address: "anna@agents.example",
    language: Language::De,
};
pub static JENS: Person = Person {
    short: "jens",
    name: "Jens Petersen",
    address: "jens@agents.example",
    language: Language::En,
};

pub static LENA: Person = Person {
    short: "",
    name: "Lena Hoffmann",
    address: "lena@example.net",
    language: Language::De,
};
/// Nobody has the address he gives.
pub static PAUL: Person = Person {
    short: "",
    name: "Paul Krüger",
    address: "paul.krueger@mail.example.com",
    language: Language::De,
};
pub static MARY: Person =
    Person { short: "", name: "Mary Ward", address: "mary@example.net", language: Language::En };

/// The web server that sends what is filled in on the site.
pub static FORM: Person =
    Person { short: "", name: "", address: "wwwrun@example.org", language: Language::De };

pub static AGENTS: [&Person; 2] = [&ANNA, &JENS];
/// Everybody whose mail is read.
pub static READERS: [&Person; 4] = [&ANNA, &JENS, &LENA, &MARY];
