//! Answers to "was that you?" in every language of the tables, and what is none.

use super::*;

#[test]
fn a_short_answer_that_begins_with_a_yes_is_a_yes() {
    for text in [
        "ja",
        "Ja",
        "JA!",
        "yes.",
        "*Yes*",
        "Ja, das bin ich. Bitte legen Sie das Konto an.",
        "Yes, that is me. Please create the account.",
        "Yes, that was me.",
        "Ja, das war ich",
        "Ok",
        "okay, danke",
        "Jawohl!",
        "Bestätige.",
        "Ich bestätige den Antrag 2026112300000014.",
        "Hiermit bestätige ich meinen Antrag.",
        "Confirm",
        "I confirm.",
        "I hereby confirm my application.",
        "That’s me",
        "Oui, merci",
        "Sí",
        "Si.",
        "Tak",
        "Tak, potwierdzam.",
        "Да",
        "はい",
        "Hallo,\n\nja, das bin ich.\n\nViele Grüße\nJo",
        "Hallo Team, ja bitte!",
        "Guten Tag Frau Brandt,\nja.\nMit freundlichen Grüßen\nLena Hoffmann\nMusterweg 1\n12345 Musterstadt\nlena@example.net\nhttps://example.net/?lena",
        "Dear team,\n\nYes\n\nBest,\nJo",
        "Ja\n\nLena Hoffmann",
        "Ja\nDanke\nJo",
    ] {
        assert_eq!(consent(text), Consent::Yes, "{text:?}");
    }
}

#[test]
fn a_no_is_a_no_and_beats_a_yes() {
    for text in [
        "Nein",
        "nein, ja nicht",
        "No!",
        "No. Yes I saw it, but no.",
        "Hallo,\nnein.\nGruß\nJo",
        "Hello, no thanks",
        "#withdraw",
        "#Withdraw.",
        "＃withdraw",
        "#zurückziehen",
        "Ich habe das nicht beantragt.",
        "Sie schreiben, ich hätte ein Konto beantragt. So etwas habe ich nie beantragt!",
        "I never applied for this",
        "I did not apply.",
        "I didn’t apply.",
        "Yes, hello, but I never applied for anything.",
        "Hallo das war ich nicht",
        "Kein Konto bitte",
        "Ich möchte kein Konto.",
        "That was not me",
        "Ich ziehe meinen Antrag zurück.",
    ] {
        assert_eq!(consent(text), Consent::No, "{text:?}");
    }
}

#[test]
fn everything_else_is_for_a_person_to_read() {
    let long = format!("Yes {}", "and so on ".repeat(10));
    for text in [
        "",
        "   \n",
        "Yes, but please with login jo2",
        "Ja, aber bitte als jo2",
        "Ja, mit dem Login jo2",
        "Yes?",
        "Ja, wer sind Sie",
        "Ok was ist das hier",
        "Ja, und schicken Sie es an jo@example.net",
        "Ja\nDanke\nAber bitte als jo2",
        "Yes, delete it",
        "Ja, das ist Spam",
        "Ja nein",
        "Yes, not sure",
        "Yes, no further words.",
        "No problem, yes",
        "Kein Problem, ja",
        "Da bin ich unsicher",
        "Tak for beskeden",
        "Si vous voulez",
        "Maybe",
        "Was soll das sein?",
        "Ich habe noch kein Konto.",
        "Janein",
        "#yes",
        "Hallo",
        "Viele Grüße",
        long.as_str(),
    ] {
        assert!(matches!(consent(text), Consent::Doubtful(_)), "{text:?} {:?}", consent(text));
    }
}

#[test]
fn only_the_bare_word_is_an_agents_yes() {
    for text in ["yes", "ja", "Yes.", " JA! \n", "\"yes\"", "\u{feff}Ja,"] {
        assert!(is_bare_yes(text), "{text:?}");
    }
    for text in [
        "",
        "yes?",
        "ja bitte",
        "> yes",
        "#yes",
        "no",
        "ok",
        "ja\n\nAnna",
        "yes yes",
        "y",
        "yes\u{200b}x",
    ] {
        assert!(!is_bare_yes(text), "{text:?}");
    }
}

#[test]
fn a_letter_is_left_to_a_person_however_long_it_is() {
    for text in ["danke\n", "hallo, ", "yes ", "no ", "ja\n", "#", "'", "-"] {
        let text = text.repeat(1_000_000 / text.len());
        assert_eq!(consent(&text), Consent::Doubtful(Doubt::Long));
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_odd(text in proptest::prelude::any::<String>()) {
        if is_bare_yes(&text) {
            proptest::prop_assert_eq!(consent(&text), Consent::Yes);
        }
    }
}

/// The languages that every table speaks.
const LANGUAGES: [&str; 25] = [
    "de", "en", "fr", "es", "pt", "it", "nl", "da", "no", "sv", "fi", "pl", "cs", "sk", "hu", "ro",
    "tr", "ru", "uk", "el", "ja", "zh", "ko", "hr", "bg",
];

#[test]
fn every_language_has_a_yes_a_no_a_machine_and_manners() {
    for language in LANGUAGES {
        let speaks =
            |table: Table| table.iter().any(|(row, _)| row.split(", ").any(|l| l == language));
        assert!(speaks(YES) || speaks(YES_BEFORE_A_STOP), "{language}: yes");
        assert!(speaks(NO) || speaks(NO_BEFORE_A_STOP), "{language}: no");
        for (what, table) in [
            ("denials", DENIALS),
            ("machines", MACHINES),
            ("greetings", GREETINGS),
            ("closings", CLOSINGS),
        ] {
            assert!(speaks(table), "{language}: {what}");
        }
    }
}

#[test]
fn every_phrase_is_written_as_it_is_looked_for() {
    for table in [
        YES,
        YES_BEFORE_A_STOP,
        LIKE_A_YES,
        NO,
        NO_BEFORE_A_STOP,
        DENIALS,
        POLITE,
        BUTS,
        MACHINES,
        GREETINGS,
        CLOSINGS,
    ] {
        for phrase in table.iter().flat_map(|(_, phrases)| phrases.iter()) {
            assert_eq!(*phrase, folded(phrase), "lower case, straight apostrophes");
            assert_eq!(*phrase, phrase.split_whitespace().collect::<Vec<_>>().join(" "));
            assert!(!phrase.is_empty());
        }
    }
}

#[test]
fn a_yes_is_a_yes_in_every_language() {
    for text in [
        "Oui, c'est bien moi. J'ai fait cette demande.",
        "Bonjour,\n\nje confirme.\n\nCordialement\nLéa",
        "Sí, es mi solicitud.",
        "Hola,\nconfirmo la solicitud.\nSaludos\nEva",
        "Sim, sou eu.",
        "Olá,\nconfirmo.\nObrigado\nRui",
        "Sì, confermo la richiesta.",
        "Ja, dat klopt.",
        "Ja, det er mig.",
        "Ja, det var jag som ansökte om kontot.",
        "Kyllä, vahvistan.",
        "Tak, to ja.",
        "Dzień dobry,\npotwierdzam.\nPozdrawiam\nOla",
        "Ano, to jsem já.",
        "Áno, potvrdzujem.",
        "Igen, megerősítem.",
        "Da, confirm cererea.",
        "Evet, onaylıyorum.",
        "Да, подтверждаю, что это моя заявка.",
        "Так, підтверджую.",
        "Ναι, επιβεβαιώνω.",
        "はい、私です。",
        "こんにちは\nはい\nよろしくお願いします",
        "是的，是我。",
        "您好，\n是我本人。\n谢谢",
        "네, 맞습니다.",
        "Da, to sam ja.",
        "Да, аз съм.",
        "Guten Tag. Ja, das bin ich.",
        "Ja, ich habe das beantragt",
        "Ja 👍",
        "Yes!!! Thanks!",
    ] {
        assert_eq!(consent(text), Consent::Yes, "{text:?}");
    }
}

#[test]
fn a_no_is_a_no_in_every_language() {
    for text in [
        "Nein",
        "No.",
        "No thanks",
        "Non.",
        "Bonjour, je n'ai jamais demandé cela.",
        "No, yo no he solicitado nada. No fui yo.",
        "Não, não fui eu.",
        "No, non ho richiesto nessun account.",
        "Nee, dat was ik niet.",
        "Nej, det er ikke mig.",
        "Nei.",
        "Nej, det var inte jag.",
        "Ei.",
        "Nie, to nie ja.",
        "Ne.",
        "Nežiadal som o účet.",
        "Nem.",
        "Nu, nu am cerut acest cont.",
        "Hayır.",
        "Нет, это не я.",
        "Ні.",
        "Όχι.",
        "いいえ、申し込んでいません。",
        "不是我。",
        "아니요.",
        "Ne, nisam ja.",
        "Не, не съм аз.",
        "Ja, aber ich habe nie ein Konto haben wollen: nie beantragt!",
    ] {
        assert_eq!(consent(text), Consent::No, "{text:?}");
    }
}

#[test]
fn what_a_machine_might_have_written_is_doubtful_whatever_it_begins_with() {
    for text in [
        "Yes I will be out of office until Monday.",
        "Ok, ticket number 4711 was opened for you.",
        "Ja, ich bin bis zum 3. Dezember im Urlaub.",
        "I am out of the office and will reply when I return.",
        "Ihre Anfrage ist eingegangen. Wir melden uns.",
        "Bestätigung: Ihre Anfrage ist bei uns eingegangen.",
        "Confirmed. This is an automated message, please do not reply.",
        "Confirmed: we have received your message.",
        "No one reads this mailbox. Do not reply.",
        "If you did not request this, ignore it. This is an automatically\ngenerated mail.",
        "Oui, je suis en congé.",
        "Sí, estoy de vacaciones hasta el lunes.",
        "Sim, estou de férias.",
        "Sì, sono in ferie.",
        "Ja, ik ben op vakantie.",
        "Ja, jeg er på ferie.",
        "Ja, jag är på semester.",
        "Olen lomalla.",
        "Tak, jestem na urlopie.",
        "Ano, jsem na dovolené.",
        "Áno, som na dovolenke.",
        "Igen, szabadságon vagyok.",
        "Da, sunt în concediu.",
        "Evet, yıllık izindeyim, otomatik yanıt.",
        "Да, я в отпуске.",
        "Так, я у відпустці.",
        "Ναι, είμαι σε άδεια.",
        "はい、休暇中です。",
        "是的，我在休假。",
        "네, 부재중입니다.",
        "Da, na godišnjem sam.",
        "Да, в отпуск съм.",
        "Ja. Bitte nicht antworten.",
        "Yes. Click here to verify that you are human.",
        "Hiermit bestätigen wir den Eingang Ihrer Nachricht.",
        "Bestätigung: Ihre E-Mail wurde empfangen.",
        "We confirm receipt of your message.",
        "Je confirme la réception de votre message.",
        "Confirmamos la recepción de su mensaje.",
        "Potwierdzam otrzymanie wiadomości.",
        "Подтверждаем получение Вашего письма.",
    ] {
        assert_eq!(consent(text), Consent::Doubtful(Doubt::Machine), "{text:?}");
    }
}

#[test]
fn every_doubt_says_why() {
    let long = "Yes ".to_owned() + &"word ".repeat(20);
    for (text, doubt) in [
        ("", Doubt::NoText),
        (" \n\t", Doubt::NoText),
        ("👍", Doubt::OnlyASign),
        ("✅", Doubt::OnlyASign),
        ("No problem", Doubt::Polite),
        ("Who are you", Doubt::NeitherYesNorNo),
        ("No idea what this is", Doubt::NeitherYesNorNo),
        ("Ja nie wiem", Doubt::NeitherYesNorNo),
        ("Ja som o nič", Doubt::NeitherYesNorNo),
        ("Igen tidigare", Doubt::NeitherYesNorNo),
        (long.as_str(), Doubt::Long),
        ("Yes?", Doubt::Question),
        ("Ja, an jo@example.net", Doubt::Address),
        ("Oui, mais demain", Doubt::Condition),
        ("Sí, pero mañana", Doubt::Condition),
        ("Ja, bitte mit Login jo2", Doubt::Correction),
        ("Ja nein", Doubt::Negation),
        ("Да нет", Doubt::NeitherYesNorNo),
        ("Yes, who is this", Doubt::Question),
        ("Ja, später", Doubt::Delay),
        ("Ok, I will look at it", Doubt::Delay),
        ("Correct my name please", Doubt::NeitherYesNorNo),
        ("Tak, det har jeg modtaget", Doubt::NeitherYesNorNo),
        ("Yes, delete it", Doubt::Complaint),
    ] {
        assert_eq!(consent(text), Consent::Doubtful(doubt), "{text:?}");
        assert_eq!(judged(text).why, doubt.word());
    }
}

#[test]
fn a_verdict_names_the_phrase_it_was_judged_by() {
    for (text, why) in [
        ("Ja, das bin ich.", "ja"),
        ("Hello,\nthat was me", "that was me"),
        ("Nein", "nein"),
        ("Ja? Das habe ich nicht beantragt", "nicht beantragt"),
    ] {
        assert_eq!(judged(text).why, why, "{text:?}");
    }
}

#[test]
fn a_machines_first_line_and_a_half_sentence_are_no_yes() {
    for text in [
        "Confirm your identity to have this mail delivered:\nhttps://example.net/x",
        "Wir bestätigen, dass Ihre Nachricht angekommen ist.",
        "We confirm that your email was received.",
        "Bestätigung Ihrer Anfrage\n\nVielen Dank! Wir melden uns in Kürze.",
        "Sehr geehrte Damen und Herren,\n\ngerne bearbeiten wir Ihr Anliegen.",
        "Nous confirmons la bonne réception de votre message",
        "Natürlich habe ich keines bestellt",
        "Genau so etwas melde ich der Verbraucherzentrale",
    ] {
        assert_ne!(consent(text), Consent::Yes, "{text:?}");
    }
    for text in ["Genau.", "Natürlich!", "Gerne, danke"] {
        assert_eq!(consent(text), Consent::Yes, "{text:?}");
    }
}
