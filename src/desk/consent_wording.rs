//! How people say yes and no, greet and take their leave: the tables of `consent`.
//!
//! A row is a language. Phrases are lower case, words apart by one space, apostrophes straight. To teach one, add it
//! to its row; a phrase counts in a mail of any language.

/// Phrases by language.
pub(super) type Table = &'static [(&'static str, &'static [&'static str])];

/// Begin a yes, however it goes on.
#[rustfmt::skip]
pub(super) static YES: Table = &[
    ("de", &["ja", "jawohl", "jap", "jep", "jupp", "genau", "stimmt", "richtig", "korrekt", "natürlich", "selbstverständlich", "einverstanden", "gerne", "bestätige", "bestätigt", "bestätigung", "ich bestätige", "wir bestätigen", "hiermit bestätige ich", "hiermit bestätigen wir", "das bin ich", "das war ich"]),
    ("en", &["yes", "yep", "yeah", "ok", "okay", "sure", "correct", "confirm", "confirmed", "i confirm", "we confirm", "i hereby confirm", "i do confirm", "that is me", "that was me", "that's me", "it was me"]),
    ("fr", &["oui", "je confirme"]),
    ("es, pt", &["sí", "confirmo"]),
    ("it", &["sì", "confermo"]),
    ("nl", &["bevestig", "ik bevestig"]),
    ("pl", &["potwierdzam"]),
    ("cs", &["potvrzuji"]),
    ("fi", &["kyllä"]),
    ("hu", &["igen"]),
    ("tr", &["evet"]),
    ("ru, uk", &["да", "так", "подтверждаю", "підтверджую"]),
    ("el", &["ναι"]),
    ("ja", &["はい"]),
    ("zh", &["是的"]),
    ("ko", &["네"]),
];

/// Begin a yes only before a stop: alike words mean something else ("da ich ...", "tak for ...", "si vous ...").
#[rustfmt::skip]
pub(super) static YES_BEFORE_A_STOP: Table = &[
    ("de", &["klar", "passt", "jo", "j"]),
    ("en", &["absolutely", "yup", "y"]),
    ("es, it, pt", &["si", "sim"]),
    ("pl", &["tak"]),
    ("cs, sk", &["ano", "áno"]),
    ("fi, hr, ro", &["joo", "da"]),
    ("zh", &["是"]),
];

/// A no where they begin the answer.
#[rustfmt::skip]
pub(super) static NO: Table = &[
    ("de", &["nein", "nee", "nö", "keinesfalls", "niemals", "zurückziehen", "stornieren", "widerruf", "kein konto", "bitte kein konto", "bitte nicht"]),
    ("en, es, it", &["no", "nope", "never", "withdraw", "no account"]),
    ("fr", &["non"]),
    ("pl", &["nie"]),
    ("da, sv, no", &["nej", "nei"]),
    ("pt", &["não"]),
    ("cs", &["ne"]),
    ("fi", &["ei"]),
    ("hu", &["nem"]),
    ("tr", &["hayır"]),
    ("ru, uk", &["нет", "ні"]),
    ("el", &["όχι"]),
    ("ja", &["いいえ"]),
    ("zh", &["不", "不是"]),
    ("ko", &["아니요"]),
];

/// A no wherever they stand: nobody says this in a yes.
#[rustfmt::skip]
pub(super) static DENIALS: Table = &[
    ("commands", &["#withdraw", "#zurückziehen"]),
    ("de", &["nicht beantragt", "nie beantragt", "niemals beantragt", "nichts beantragt", "kein konto beantragt", "keinen antrag", "keinen account", "will kein konto", "möchte kein konto", "brauche kein konto", "wünsche kein konto", "nicht von mir", "war nicht ich", "war ich nicht", "bin ich nicht", "bin nicht ich", "ziehe zurück", "ziehe meinen antrag zurück", "ziehe den antrag zurück"]),
    ("en", &["never applied", "not applied", "haven't applied", "not apply", "didn't apply", "never asked", "not request", "didn't request", "never requested", "not me", "wasn't me", "isn't me", "don't want an account", "do not want an account", "i withdraw"]),
    ("fr", &["pas moi", "pas demandé"]),
    ("es", &["no he solicitado"]),
    ("it", &["non ho richiesto"]),
];

/// Begin like a no, and are none.
#[rustfmt::skip]
pub(super) static POLITE: Table = &[
    ("de", &["kein problem", "keine einwände", "keine frage", "nichts dagegen"]),
    ("en", &["no problem", "no problemo", "no prob", "no worries", "no doubt", "no objection", "no objections"]),
    ("fr", &["pas de problème"]),
];

/// Make of a yes something else; by what.
#[rustfmt::skip]
pub(super) static BUTS: Table = &[
    ("a condition", &["aber", "jedoch", "allerdings", "nur", "wenn", "falls", "sofern", "sondern", "doch", "but", "however", "only", "if", "unless", "except", "although", "mais", "pero", "ale", "men", "maar", "però"]),
    ("a correction", &["statt", "anstatt", "anstelle", "instead", "rather", "lieber", "ändern", "änderung", "geändert", "anders", "anderer", "anderen", "andere", "anderes", "neuen", "change", "different", "another", "other", "falsch", "wrong", "login", "loginname", "benutzername", "benutzernamen", "nutzername", "username", "passwort", "password"]),
    ("a negation", &["nein", "nicht", "nichts", "kein", "keine", "keinen", "nie", "niemals", "not", "no", "never", "don't", "didn't", "doesn't", "can't", "cannot", "won't", "isn't", "wasn't", "pas", "non"]),
    ("a question", &["wer", "was ist", "was soll", "was wollen", "was für", "warum", "wieso", "weshalb", "wann", "who", "what", "why", "when", "how"]),
    ("a delay", &["später", "noch", "warten", "moment", "later", "wait", "yet", "vielleicht", "eventuell", "maybe", "perhaps"]),
    ("a complaint", &["spam", "betrug", "abuse", "fraud", "scam", "stop", "stopp", "abmelden", "unsubscribe", "löschen", "delete", "remove", "anzeige", "polizei", "police"]),
];

/// Salutations where they begin the text.
#[rustfmt::skip]
pub(super) static GREETINGS: Table = &[
    ("de", &["hallo", "moin", "servus", "grüezi", "grüß gott", "guten tag", "guten morgen", "guten abend", "schönen guten tag", "sehr geehrte", "sehr geehrter", "liebe", "lieber", "liebes"]),
    ("en", &["hi", "hey", "hello", "dear", "good morning", "good afternoon", "good evening", "good day", "to whom it may concern"]),
    ("fr", &["bonjour", "bonsoir"]),
    ("es, pt", &["hola", "buenos días", "olá"]),
    ("it", &["buongiorno", "ciao"]),
    ("nl", &["beste", "geachte"]),
    ("da, sv", &["hej"]),
    ("pl, cs", &["cześć", "dzień dobry", "dobrý den"]),
    ("ru", &["здравствуйте", "добрый день"]),
];

/// Begin the end of a mail where they begin a line.
#[rustfmt::skip]
pub(super) static CLOSINGS: Table = &[
    ("de", &["viele grüße", "viele grüsse", "vielen dank", "liebe grüße", "beste grüße", "schöne grüße", "herzliche grüße", "freundliche grüße", "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "mit besten grüßen", "mit bestem dank", "besten dank", "herzlichen dank", "freundlichen gruß", "gruß", "grüße", "danke", "hochachtungsvoll", "mfg", "lg", "vg"]),
    ("en", &["best", "regards", "kind regards", "warm regards", "many thanks", "thanks", "thank you", "sincerely", "yours", "cheers", "br"]),
    ("fr", &["cordialement", "merci", "bien à vous"]),
    ("es", &["saludos", "gracias"]),
    ("it", &["cordiali saluti", "grazie"]),
    ("nl", &["groet", "groeten", "met vriendelijke groet"]),
    ("da, sv", &["hilsen", "hälsningar"]),
    ("pl, cs", &["pozdrawiam", "pozdrowienia", "s pozdravem"]),
    ("ru", &["с уважением"]),
];
