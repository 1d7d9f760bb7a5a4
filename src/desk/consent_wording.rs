//! How people say yes and no, greet and take their leave, and how machines speak: the tables of `consent`.
//!
//! A row is a language. Phrases are lower case, words apart by one space, apostrophes straight. To teach one, add it
//! to its row; a phrase counts in a mail of any language.

/// Phrases by language.
pub(super) type Table = &'static [(&'static str, &'static [&'static str])];

/// Begin a yes, however it goes on.
#[rustfmt::skip]
pub(super) static YES: Table = &[
    ("de", &["ja", "jawohl", "jap", "jep", "jupp", "einverstanden", "bestätige", "ich bestätige", "hiermit bestätige ich", "das bin ich", "das war ich", "habe ich beantragt", "das habe ich beantragt", "ich habe das beantragt"]),
    ("en", &["yes", "yep", "yeah", "ok", "okay", "sure", "confirm", "confirmed", "i confirm", "i hereby confirm", "i do confirm", "i can confirm", "that is me", "that was me", "that's me", "it was me", "it is me", "it's me", "that is correct", "that's correct", "that's right"]),
    ("fr", &["oui", "je confirme", "je vous confirme", "c'est moi", "c'est bien moi", "c'était moi", "c'est exact", "tout à fait", "d'accord", "confirmé"]),
    ("es", &["sí", "confirmo", "lo confirmo", "soy yo", "fui yo", "he sido yo", "así es", "claro que sí", "es correcto", "por supuesto"]),
    ("pt", &["confirmo", "eu confirmo", "sou eu", "fui eu", "sim confirmo", "sim sou eu", "sim fui eu", "está correto", "com certeza"]),
    ("it", &["sì", "confermo", "lo confermo", "sono io", "sono stato io", "sono stata io", "esatto", "certamente", "va bene"]),
    ("nl", &["bevestig", "ik bevestig", "hierbij bevestig ik", "dat ben ik", "dat was ik", "klopt", "dat klopt", "akkoord"]),
    ("da", &["bekræfter", "bekræftet", "jeg bekræfter", "det er mig", "det var mig"]),
    ("no", &["bekrefter", "bekreftet", "jeg bekrefter", "det er meg", "det var meg"]),
    ("sv", &["bekräftar", "bekräftas", "jag bekräftar", "härmed bekräftar jag", "det är jag", "det var jag", "det stämmer", "japp"]),
    ("fi", &["kyllä", "vahvistan", "vahvistan hakemuksen", "se olin minä", "pitää paikkansa"]),
    ("pl", &["potwierdzam", "to ja", "to byłem ja", "to byłam ja", "zgadza się", "tak potwierdzam", "tak to ja"]),
    ("cs", &["potvrzuji", "to jsem já", "jsem to já", "byl jsem to já", "byla jsem to já", "souhlasím", "ano potvrzuji", "ano to jsem já", "ano jsem to já"]),
    ("sk", &["áno", "potvrdzujem", "to som ja", "som to ja", "bol som to ja", "bola som to ja", "súhlasím"]),
    ("hu", &["megerősítem", "én voltam", "én vagyok az", "igen megerősítem", "igen én voltam"]),
    ("ro", &["eu sunt", "eu am fost", "sunt de acord", "da confirm", "da eu sunt"]),
    ("tr", &["evet", "onaylıyorum", "doğruluyorum", "ben yaptım", "bendim"]),
    ("ru", &["да", "подтверждаю", "это я", "это был я", "это была я", "верно", "конечно", "согласен", "согласна"]),
    ("uk", &["підтверджую", "це я", "це був я", "це була я", "згоден", "згодна", "звичайно", "так підтверджую", "так це я"]),
    ("el", &["ναι", "επιβεβαιώνω", "το επιβεβαιώνω", "εγώ είμαι", "εγώ ήμουν", "σωστά", "βεβαίως"]),
    ("ja", &["はい", "はいそうです", "はい私です", "私です", "そうです", "確認しました", "承認します", "間違いありません"]),
    ("zh", &["是的", "是我", "是我本人", "是的是我", "确认", "我确认", "確認", "我確認"]),
    ("ko", &["네", "예", "맞습니다", "네 맞습니다", "확인합니다", "제가 신청했습니다"]),
    ("hr", &["potvrđujem", "to sam ja", "to sam bio ja", "to sam bila ja", "slažem se", "da potvrđujem", "da to sam ja"]),
    ("bg", &["потвърждавам", "аз съм", "това съм аз", "аз бях", "съгласен съм", "съгласна съм"]),
];

/// Begin a yes only before a stop: alike words mean something else ("da ich ...", "tak for ...", "si vous ...").
#[rustfmt::skip]
pub(super) static YES_BEFORE_A_STOP: Table = &[
    ("de", &["klar", "passt", "jo", "j", "genau", "stimmt", "richtig", "korrekt", "natürlich", "selbstverständlich", "gerne", "bestätigt"]),
    ("en", &["absolutely", "yup", "y", "right", "indeed", "correct"]),
    ("fr", &["exact", "ouais"]),
    ("es, it", &["si", "claro", "correcto", "certo"]),
    ("pt", &["sim", "correto", "certo"]),
    ("sv", &["jo", "stämmer"]),
    ("pl", &["tak"]),
    ("cs", &["ano", "jo"]),
    ("fi", &["joo"]),
    ("hu", &["igen"]),
    ("hr, ro", &["da"]),
    ("tr", &["doğru"]),
    ("uk", &["так"]),
    ("zh", &["是", "对", "對", "好的"]),
];

/// Begin like a yes, and are none: "ja" is "I" in the Slavic languages, "да нет" a no.
#[rustfmt::skip]
pub(super) static LIKE_A_YES: Table = &[
    ("de", &["bestätige deine", "bestätige bitte", "bestätige ihre"]),
    ("en", &["confirm your", "confirm that you", "confirm you"]),
    ("fr", &["je confirme avoir reçu", "je confirme la réception", "je confirme la bonne réception"]),
    ("pl", &["ja nie", "ja tego", "ja to", "ja nic", "ja jestem", "ja mam", "ja chcę"]),
    ("sk", &["ja som", "ja to", "ja nie", "ja nič", "ja mám", "ja chcem", "ja nechcem"]),
    ("hr", &["ja sam", "ja nisam", "ja ne", "ja to", "ja bih", "ja želim", "ja imam"]),
    ("cs", &["ja jsem", "ja nic", "ja to"]),
    ("ru", &["да нет", "да ну"]),
    ("da", &["tak det", "tak for", "tak fordi", "tak jeg", "tak men", "tak skal", "tak vi"]),
];

/// A no where they begin the answer.
#[rustfmt::skip]
pub(super) static NO: Table = &[
    ("de", &["nein", "nee", "nö", "keinesfalls", "niemals", "zurückziehen", "stornieren", "widerruf", "kein konto", "bitte kein konto", "bitte nicht"]),
    ("en", &["nope", "withdraw", "no account", "no thanks", "no thank you", "no i", "no it", "no this", "no that", "no please", "no sorry", "no not", "no never", "no we", "no way", "cancel", "please cancel", "cancel my application"]),
    ("fr", &["non merci", "annulez", "pas du tout"]),
    ("es", &["no gracias", "de ninguna manera"]),
    ("pt", &["não"]),
    ("it", &["no grazie", "non sono stato io"]),
    ("nl", &["nee", "neen"]),
    ("da, sv", &["nej"]),
    ("no", &["nei"]),
    ("tr", &["hayır"]),
    ("ru", &["нет"]),
    ("el", &["όχι"]),
    ("ja", &["いいえ", "違います"]),
    ("zh", &["不是", "不是我"]),
    ("ko", &["아니요", "아니오", "아닙니다"]),
];

/// A no only before a stop: sentences of another kind begin with them ("no idea", "nie ma mnie w biurze").
#[rustfmt::skip]
pub(super) static NO_BEFORE_A_STOP: Table = &[
    ("en, es, it", &["no", "never"]),
    ("fr, it", &["non"]),
    ("pl, sk", &["nie"]),
    ("cs, hr", &["ne"]),
    ("fi", &["ei", "en"]),
    ("hu", &["nem"]),
    ("ro", &["nu"]),
    ("uk", &["ні"]),
    ("bg", &["не"]),
    ("zh", &["不", "否"]),
];

/// A no wherever they stand: nobody says this in a yes.
#[rustfmt::skip]
pub(super) static DENIALS: Table = &[
    ("commands", &["#withdraw", "#zurückziehen"]),
    ("de", &["nicht beantragt", "nie beantragt", "niemals beantragt", "nichts beantragt", "kein konto beantragt", "keinen antrag", "keinen account", "will kein konto", "möchte kein konto", "brauche kein konto", "wünsche kein konto", "nicht von mir", "war nicht ich", "war ich nicht", "bin ich nicht", "bin nicht ich", "ziehe zurück", "ziehe meinen antrag zurück", "ziehe den antrag zurück"]),
    ("en", &["never applied", "not applied", "haven't applied", "not apply", "didn't apply", "never asked", "not request", "didn't request", "haven't requested", "not requested", "never requested", "not me", "wasn't me", "isn't me", "don't want an account", "do not want an account", "i withdraw"]),
    ("fr", &["pas moi", "pas demandé", "jamais demandé", "rien demandé", "pas fait cette demande", "ne veux pas de compte", "je retire ma demande", "j'annule ma demande"]),
    ("es", &["no he solicitado", "no solicité", "nunca solicité", "nunca he solicitado", "no lo he solicitado", "no he pedido", "no lo he pedido", "no lo pedí", "no fui yo", "no soy yo", "no he sido yo", "no quiero una cuenta", "no quiero ninguna cuenta", "retiro mi solicitud"]),
    ("pt", &["não solicitei", "nunca solicitei", "não pedi", "nunca pedi", "não fui eu", "não sou eu", "não quero uma conta", "não quero conta", "retiro o meu pedido"]),
    ("it", &["non ho richiesto", "non ho mai richiesto", "non l'ho richiesto", "mai richiesto", "non ho chiesto", "non sono io", "non sono stato io", "non sono stata io", "non ero io", "non voglio un account", "ritiro la mia richiesta"]),
    ("nl", &["niet aangevraagd", "nooit aangevraagd", "niets aangevraagd", "geen account aangevraagd", "wil geen account", "was ik niet", "ben ik niet", "niet van mij", "trek mijn aanvraag in"]),
    ("da", &["ikke ansøgt", "aldrig ansøgt", "ikke anmodet", "ikke bedt om", "ikke mig", "vil ikke have en konto"]),
    ("no", &["ikke søkt", "aldri søkt", "ikke bedt om", "ikke meg", "vil ikke ha konto", "vil ikke ha en konto"]),
    ("sv", &["inte ansökt", "aldrig ansökt", "inte begärt", "inte bett om", "inte jag", "vill inte ha något konto", "vill inte ha ett konto"]),
    ("fi", &["en ole hakenut", "en ole pyytänyt", "en hakenut", "en pyytänyt", "en minä", "en ollut minä", "en halua tiliä", "en halua tunnusta"]),
    ("pl", &["nie ja", "to nie byłem ja", "to nie byłam ja", "nie składałem", "nie składałam", "nie wnioskowałem", "nie wnioskowałam", "nie zamawiałem", "nie zamawiałam", "nie prosiłem", "nie prosiłam", "nie chcę konta", "wycofuję wniosek"]),
    ("cs", &["nežádal", "nežádala", "nežádal jsem", "nepožádal", "nepožádala", "to jsem nebyl", "to jsem nebyla", "nebyl jsem to já", "nebyla jsem to já", "nejsem to já", "nechci účet", "nechci žádný účet"]),
    ("sk", &["nežiadal", "nežiadala", "nepožiadal", "nepožiadala", "to som nebol", "to som nebola", "nebol som to ja", "nebola som to ja", "nie som to ja", "nechcem účet", "nechcem žiadny účet"]),
    ("hu", &["nem én", "nem kértem", "nem igényeltem", "nem igényeltem fiókot", "nem kérek fiókot"]),
    ("ro", &["nu am solicitat", "nu am cerut", "n-am cerut", "n-am solicitat", "nu am fost eu", "nu sunt eu", "nu eu", "nu vreau cont", "nu vreau un cont"]),
    ("tr", &["ben değilim", "ben değildim", "başvurmadım", "başvuru yapmadım", "talep etmedim", "istemedim", "hesap istemiyorum"]),
    ("ru", &["не подавал", "не подавала", "не запрашивал", "не запрашивала", "не я", "не просил", "не просила", "не хочу аккаунт", "не нужен аккаунт", "отзываю заявку"]),
    ("uk", &["не подавав", "не подавала", "не запитував", "не запитувала", "не я", "не просив", "не просила", "не хочу акаунт", "відкликаю заявку"]),
    ("el", &["δεν ζήτησα", "δεν το ζήτησα", "δεν έκανα αίτηση", "δεν είμαι εγώ", "δεν ήμουν εγώ", "δεν θέλω λογαριασμό"]),
    ("ja", &["申し込んでいません", "申請していません", "私ではありません", "身に覚えがありません"]),
    ("zh", &["不是我", "我没有申请", "没有申请", "我从未申请", "我沒有申請", "沒有申請"]),
    ("ko", &["신청하지 않았습니다", "제가 아닙니다", "신청한 적 없습니다", "신청한 적이 없습니다"]),
    ("hr", &["nisam tražio", "nisam tražila", "nisam zatražio", "nisam zatražila", "nisam ja", "nisam to ja", "ne želim račun"]),
    ("bg", &["не съм заявявал", "не съм заявявала", "не съм кандидатствал", "не съм кандидатствала", "не съм искал", "не съм искала", "не съм аз", "не бях аз", "не искам акаунт"]),
];

/// Begin like a no, and are none.
#[rustfmt::skip]
pub(super) static POLITE: Table = &[
    ("de", &["kein problem", "keine einwände", "keine frage", "nichts dagegen"]),
    ("en", &["no problem", "no problemo", "no prob", "no worries", "no doubt", "no objection", "no objections"]),
    ("fr", &["pas de problème", "aucun problème"]),
    ("es", &["ningún problema", "no hay problema"]),
    ("pt", &["sem problema", "não há problema", "não tem problema"]),
    ("it", &["nessun problema"]),
    ("nl", &["geen probleem"]),
    ("da, no", &["intet problem", "ikke noe problem"]),
    ("sv", &["inga problem"]),
    ("pl", &["nie ma problemu", "nie ma sprawy"]),
    ("cs", &["žádný problém"]),
    ("ru", &["нет проблем", "не проблема"]),
    ("uk", &["немає проблем"]),
    ("ro", &["nicio problemă"]),
    ("hu", &["nem probléma", "semmi gond"]),
    ("tr", &["sorun değil", "sorun yok"]),
];

/// Make of a yes something else; by what (the words of `Doubt`).
#[rustfmt::skip]
pub(super) static BUTS: Table = &[
    ("a condition", &["aber", "jedoch", "allerdings", "nur", "wenn", "falls", "sofern", "sondern", "doch", "but", "however", "only", "if", "unless", "except", "although", "mais", "seulement", "à condition", "pero", "solo", "sólo", "mas", "porém", "apenas", "ale", "tylko", "jeśli", "men", "maar", "alleen", "als", "indien", "però", "ma", "solo se", "bara", "kun", "bare", "kun hvis", "hvis", "om det", "om ni", "om du", "mutta", "vain", "jos", "jen", "pokud", "iba", "ak", "csak", "ha lehet", "dar", "numai", "dacă", "ama", "fakat", "sadece", "eğer", "но", "только", "если", "але", "тільки", "якщо", "αλλά", "μόνο", "αν", "ali", "samo", "ako", "само", "ако", "ただし", "但是", "但", "하지만"]),
    ("a correction", &["statt", "anstatt", "anstelle", "instead", "rather", "lieber", "ändern", "änderung", "geändert", "anders", "anderer", "anderen", "andere", "anderes", "neuen", "change", "different", "another", "other", "falsch", "wrong", "login", "loginname", "benutzername", "benutzernamen", "nutzername", "username", "passwort", "password", "changer", "autre", "plutôt", "faux", "mot de passe", "cambiar", "otro", "otra", "contraseña", "mudar", "outro", "outra", "senha", "cambiare", "altro", "altra", "sbagliato", "ander", "wijzigen", "verkeerd", "wachtwoord", "ændre", "anden", "andet", "forkert", "endre", "annet", "feil", "ändra", "annan", "annat", "fel", "muuttaa", "toinen", "väärä", "zmienić", "inny", "inne", "hasło", "změnit", "jiný", "jiné", "heslo", "zmeniť", "iný", "iné", "másik", "módosítani", "rossz", "jelszó", "schimba", "altul", "altă", "greșit", "parolă", "değiştir", "başka", "yanlış", "şifre", "изменить", "другой", "другое", "неверно", "логин", "пароль", "змінити", "інший", "інше", "логін", "αλλάξω", "άλλο", "λάθος", "κωδικός", "promijeniti", "drugi", "drugo", "krivo", "lozinka", "промени", "друг", "друго", "грешно", "парола"]),
    ("a negation", &["nein", "nicht", "nichts", "kein", "keine", "keinen", "keines", "keins", "keiner", "keinem", "nie", "niemals", "not", "no", "never", "don't", "didn't", "doesn't", "can't", "cannot", "won't", "isn't", "wasn't", "pas", "non", "jamais", "nunca", "não", "niet", "geen", "nooit", "ikke", "aldrig", "aldri", "inte", "ei", "en ole", "ne", "nem", "nu", "nu am", "değil", "hayır", "не", "нет", "ні", "δεν", "όχι", "nisam", "nije", "neću", "nejsem", "nebyl", "nebyla", "nechci", "nie som", "nebol", "nebola", "nechcem", "mai"]),
    ("a question", &["wer", "was ist", "was soll", "was wollen", "was für", "warum", "wieso", "weshalb", "wann", "who", "what", "why", "when", "how", "qui êtes-vous", "qui est", "quoi", "pourquoi", "quand", "comment", "quién", "qué", "por qué", "cuándo", "cómo", "quem", "o que é", "por que", "quando", "chi siete", "chi è", "che cosa", "perché", "wie ben", "wat is", "waarom", "wanneer", "hvem", "hvad", "hva", "hvorfor", "hvornår", "vem", "vad", "varför", "när", "kuka", "mikä", "miksi", "kto", "co to", "co jest", "dlaczego", "kiedy", "kdo", "co je", "proč", "kdy", "čo to", "čo je", "prečo", "kedy", "ki az", "mi ez", "miért", "mikor", "cine", "ce este", "de ce", "când", "kim", "ne zaman", "neden", "кто", "что это такое", "что это за", "почему", "когда", "хто", "що це таке", "що це за", "чому", "коли", "ποιος", "τι", "γιατί", "πότε", "tko", "što je", "zašto", "kada", "кой", "какво", "защо", "кога"]),
    ("a delay", &["später", "noch", "warten", "moment", "schaue", "prüfe", "überlege", "melde mich", "morgen", "nächste woche", "look", "check", "let me", "think about", "get back", "tomorrow", "next week", "later", "wait", "yet", "vielleicht", "eventuell", "maybe", "perhaps", "plus tard", "peut-être", "attendre", "más tarde", "quizás", "esperar", "mais tarde", "talvez", "più tardi", "forse", "aspettare", "misschien", "wachten", "senere", "måske", "kanskje", "vente", "senare", "kanske", "vänta", "myöhemmin", "ehkä", "później", "może", "později", "možná", "neskôr", "možno", "később", "talán", "mai târziu", "poate", "sonra", "belki", "позже", "может быть", "пізніше", "можливо", "αργότερα", "ίσως", "kasnije", "možda", "по-късно", "може би"]),
    ("a complaint", &["spam", "betrug", "abuse", "fraud", "scam", "stop", "stopp", "abmelden", "unsubscribe", "löschen", "delete", "remove", "anzeige", "polizei", "police", "arnaque", "supprimer", "désabonner", "fraude", "borrar", "eliminar", "apagar", "truffa", "cancellare", "cancella", "oplichting", "verwijder", "verwijderen", "bedrageri", "slet", "slett", "svindel", "bedrägeri", "radera", "huijaus", "poista", "oszustwo", "usunąć", "usuń", "podvod", "smazat", "zmazať", "csalás", "törölni", "törölje", "fraudă", "ștergeți", "dolandırıcılık", "silin", "мошенничество", "удалите", "шахрайство", "видаліть", "απάτη", "διαγράψτε", "prijevara", "obrišite", "измама", "изтрийте"]),
];

/// Written by a machine wherever they stand, in the text on one line: away notes, acknowledgements, what cannot be answered.
#[rustfmt::skip]
pub(super) static MACHINES: Table = &[
    ("de", &["ist eingegangen", "wurde empfangen", "wurde zugestellt", "bestätige den eingang", "bestätige den erhalt", "bestätige ich den eingang", "bestätige ich den erhalt", "bestätigen den eingang", "bestätigen den erhalt", "bestätigen wir den eingang", "bestätigen wir den erhalt", "bestätigen ihnen den", "krankgeschrieben", "betriebsferien", "betriebsurlaub", "büro ist geschlossen", "büro geschlossen", "außer haus", "nicht im büro", "nicht im haus", "nicht am arbeitsplatz", "im urlaub", "in urlaub", "auf dienstreise", "in elternzeit", "im mutterschutz", "bin abwesend", "bin ich abwesend", "derzeit abwesend", "zurzeit abwesend", "zur zeit abwesend", "meine abwesenheit", "abwesenheitsnotiz", "abwesenheitsassistent", "bin nicht erreichbar", "wieder erreichbar", "wieder im büro", "werden nicht weitergeleitet", "wird nicht weitergeleitet", "automatische antwort", "automatisch erstellt", "automatisch generiert", "automatisch erzeugt", "automatische nachricht", "automatische eingangsbestätigung", "automatisierte", "eingangsbestätigung", "anfrage ist eingegangen", "anfrage ist bei uns eingegangen", "nachricht ist bei uns eingegangen", "haben ihre anfrage erhalten", "haben ihre nachricht erhalten", "haben ihre e-mail erhalten", "haben ihre mail erhalten", "schnellstmöglich bearbeiten", "so bald wie möglich bearbeiten", "werden uns umgehend", "ticketnummer", "ticket-nummer", "vorgangsnummer", "bearbeitungsnummer", "nicht auf diese e-mail", "nicht auf diese mail", "nicht auf diese nachricht", "bitte nicht antworten"]),
    ("en", &["confirm receipt", "confirm the receipt", "confirms receipt", "confirming receipt", "acknowledge receipt", "acknowledge the receipt", "acknowledges receipt", "sick leave", "parental leave", "paternity leave", "currently travelling", "currently traveling", "office is closed", "office will be closed", "back in the office", "out of office", "out of the office", "out-of-office", "away from the office", "away from my desk", "not in the office", "on vacation", "on annual leave", "on leave", "on holiday", "on parental leave", "on maternity leave", "on a business trip", "i am away", "i'm away", "i will be away", "i'll be away", "i am currently away", "limited access to email", "limited access to e-mail", "limited access to my email", "no access to email", "will respond when i return", "will reply when i return", "upon my return", "when i am back", "auto-reply", "autoreply", "auto reply", "auto-response", "autoresponse", "automatic reply", "automatic response", "automated reply", "automated response", "automated message", "automated e-mail", "automated email", "automatically generated", "generated automatically", "auto-generated", "system generated", "system-generated", "do not reply", "don't reply", "do not respond", "donotreply", "not monitored", "unmonitored", "unattended mailbox", "ticket number", "ticket id", "ticket has been", "case number", "your reference number", "your request number", "request has been received", "message has been received", "email has been received", "e-mail has been received", "we received your", "we have received your", "we've received your", "thank you for contacting", "thanks for contacting", "will get back to you", "no longer with the company", "no longer work", "has left the company", "verify that you are human", "verify you are human", "confirm that you are human", "to deliver your message", "challenge-response"]),
    ("fr", &["accusons réception", "accuse réception", "confirmons la réception", "confirme la réception", "bien reçu votre", "absent du bureau", "absente du bureau", "je suis absent", "je suis absente", "en congé", "en congés", "en vacances", "réponse automatique", "message automatique", "généré automatiquement", "ne pas répondre", "ne répondez pas", "de retour le", "votre demande a bien été", "avons bien reçu votre", "accusé de réception", "numéro de ticket", "numéro de dossier"]),
    ("es", &["confirmamos la recepción", "confirmo la recepción", "confirmamos que hemos recibido", "fuera de la oficina", "no estoy en la oficina", "estoy ausente", "estaré ausente", "de vacaciones", "respuesta automática", "mensaje automático", "generado automáticamente", "no responda", "no conteste", "hemos recibido su", "hemos recibido tu", "acuse de recibo", "número de ticket", "número de caso", "número de solicitud"]),
    ("pt", &["confirmamos o recebimento", "confirmo o recebimento", "confirmamos a receção", "confirmamos a recepção", "fora do escritório", "estou ausente", "estarei ausente", "de férias", "em férias", "resposta automática", "mensagem automática", "gerada automaticamente", "gerado automaticamente", "não responda", "recebemos a sua", "recebemos o seu", "recebemos sua", "recebemos seu", "número do ticket", "número de protocolo", "número do chamado"]),
    ("it", &["confermiamo la ricezione", "confermo la ricezione", "confermiamo di aver ricevuto", "fuori ufficio", "fuori sede", "non sono in ufficio", "sono assente", "sarò assente", "in ferie", "in vacanza", "risposta automatica", "messaggio automatico", "generato automaticamente", "generata automaticamente", "non rispondere", "non rispondete", "abbiamo ricevuto la", "numero di ticket", "numero del ticket", "numero di pratica"]),
    ("nl", &["bevestigen de ontvangst", "bevestigen wij de ontvangst", "bevestig de ontvangst", "bevestig ik de ontvangst", "ontvangstbevestiging", "niet op kantoor", "buiten kantoor", "ben afwezig", "ben ik afwezig", "op vakantie", "met verlof", "automatisch antwoord", "automatisch bericht", "automatisch gegenereerd", "niet op deze e-mail", "niet te beantwoorden", "niet beantwoorden", "hebben uw bericht ontvangen", "hebben uw aanvraag ontvangen", "hebben je bericht ontvangen", "ticketnummer", "zaaknummer"]),
    ("da", &["bekræfter modtagelsen", "bekræfter at vi har modtaget", "kvittering for", "ikke på kontoret", "er fraværende", "på ferie", "holder ferie", "automatisk svar", "autosvar", "automatisk genereret", "svar ikke på denne", "kan ikke besvares", "har modtaget din", "vi har modtaget", "sagsnummer", "sagsnr"]),
    ("no", &["bekrefter mottak", "bekrefter at vi har mottatt", "ikke på kontoret", "er fraværende", "på ferie", "har ferie", "automatisk svar", "autosvar", "automatisk generert", "ikke svar på denne", "har mottatt din", "vi har mottatt", "saksnummer", "referansenummer"]),
    ("sv", &["bekräftar mottagandet", "bekräftar att vi har", "inte på kontoret", "är frånvarande", "på semester", "har semester", "är föräldraledig", "automatiskt svar", "autosvar", "automatiskt meddelande", "automatiskt genererat", "svara inte på detta", "går inte att svara", "har tagit emot ditt", "har mottagit ditt", "ärendenummer"]),
    ("fi", &["vahvistamme vastaanot", "vahvistamme viesti", "poissa toimistosta", "en ole toimistolla", "olen poissa", "olen lomalla", "lomalla", "automaattinen vastaus", "automaattinen viesti", "automaattisesti", "älä vastaa", "älkää vastatko", "olemme vastaanottaneet", "viestisi on vastaanotettu", "tikettinumero", "palvelupyyntö"]),
    ("pl", &["potwierdzamy otrzymanie", "potwierdzam otrzymanie", "potwierdzamy przyjęcie", "potwierdzenie odbioru", "poza biurem", "nie ma mnie w biurze", "jestem nieobecny", "jestem nieobecna", "będę nieobecny", "będę nieobecna", "na urlopie", "automatyczna odpowiedź", "odpowiedź automatyczna", "wiadomość automatyczna", "wygenerowana automatycznie", "wygenerowany automatycznie", "prosimy nie odpowiadać", "proszę nie odpowiadać", "otrzymaliśmy twoją", "otrzymaliśmy państwa", "otrzymaliśmy twoje", "numer zgłoszenia", "numer sprawy"]),
    ("cs", &["potvrzujeme přijetí", "potvrzujeme příjem", "potvrzuji přijetí", "mimo kancelář", "nejsem v kanceláři", "jsem nepřítomen", "jsem nepřítomna", "na dovolené", "dovolenou", "automatická odpověď", "automatická zpráva", "automaticky generovan", "automaticky vygenerovan", "neodpovídejte", "přijali jsme váš", "přijali jsme vaši", "váš požadavek byl", "číslo požadavku", "číslo tiketu"]),
    ("sk", &["potvrdzujeme prijatie", "potvrdzujem prijatie", "mimo kancelárie", "nie som v kancelárii", "som neprítomný", "som neprítomná", "na dovolenke", "automatická odpoveď", "automatická správa", "automaticky generovan", "automaticky vygenerovan", "neodpovedajte", "prijali sme vašu", "prijali sme váš", "vaša požiadavka bola", "číslo požiadavky", "číslo tiketu"]),
    ("hu", &["visszaigazol", "házon kívül", "irodán kívül", "nem vagyok az irodában", "szabadságon", "távol vagyok", "automatikus válasz", "automatikus üzenet", "automatikusan generált", "ne válaszoljon", "megkaptuk", "ügyszám", "jegyszám", "hibajegy"]),
    ("ro", &["confirmăm primirea", "confirm primirea", "nu sunt la birou", "în afara biroului", "sunt plecat", "sunt plecată", "în concediu", "în vacanță", "răspuns automat", "mesaj automat", "generat automat", "nu răspundeți", "am primit solicitarea", "am primit mesajul", "numărul tichetului", "număr de înregistrare"]),
    ("tr", &["alındığını", "aldığımızı", "ofis dışında", "ofiste değilim", "yıllık izin", "izindeyim", "izinde olacağım", "tatildeyim", "otomatik yanıt", "otomatik cevap", "otomatik mesaj", "otomatik olarak", "yanıtlamayınız", "yanıtlamayın", "cevaplamayınız", "talebiniz alın", "talebinizi aldık", "bilet numara", "talep numara"]),
    ("ru", &["подтверждаем получение", "подтверждаю получение", "нет в офисе", "не в офисе", "отсутствую", "буду отсутствовать", "в отпуске", "автоматический ответ", "автоответ", "автоматическое сообщение", "автоматически", "не отвечайте", "ваш запрос получен", "ваше обращение", "ваша заявка принята", "получили ваше", "номер заявки", "номер обращения", "номер тикета"]),
    ("uk", &["підтверджуємо отримання", "підтверджую отримання", "немає в офісі", "не в офісі", "відсутній", "відсутня", "у відпустці", "автоматична відповідь", "автовідповідь", "автоматичне повідомлення", "автоматично", "не відповідайте", "ваш запит отримано", "ваше звернення", "отримали ваше", "номер заявки", "номер звернення"]),
    ("el", &["επιβεβαιώνουμε τη λήψη", "επιβεβαιώνουμε την παραλαβή", "εκτός γραφείου", "απουσιάζω", "θα απουσιάζω", "σε άδεια", "σε διακοπές", "αυτόματη απάντηση", "αυτόματο μήνυμα", "αυτοματοποιημένο", "μην απαντ", "λάβαμε το", "λάβαμε την", "αριθμός αιτήματος"]),
    ("ja", &["不在", "休暇", "自動返信", "自動応答", "自動送信", "自動的に送信", "自動配信", "返信しないで", "返信はできません", "返信いただいても", "送信専用", "お問い合わせを受け付け", "受付番号", "チケット番号", "問い合わせ番号"]),
    ("zh", &["不在办公室", "不在辦公室", "外出", "休假", "度假", "自动回复", "自動回覆", "自动答复", "自动发送", "自動發送", "系统自动", "系統自動", "请勿回复", "請勿回覆", "请不要回复", "已收到您的", "收到您的请求", "工单号", "工單號", "工单编号"]),
    ("ko", &["부재중", "부재 중", "휴가", "출장", "자동 응답", "자동응답", "자동 회신", "자동회신", "자동으로 발송", "발신 전용", "발신전용", "회신하지", "답장하지", "문의가 접수", "접수되었습니다", "접수 번호", "접수번호", "티켓 번호"]),
    ("hr", &["potvrđujemo primitak", "potvrđujem primitak", "izvan ureda", "nisam u uredu", "odsutan sam", "odsutna sam", "na godišnjem", "na odmoru", "automatski odgovor", "automatska poruka", "automatski generiran", "ne odgovarajte", "zaprimili smo", "primili smo vaš", "broj zahtjeva", "broj prijave"]),
    ("bg", &["потвърждаваме получаването", "извън офиса", "не съм в офиса", "отсъствам", "ще отсъствам", "в отпуск", "автоматичен отговор", "автоматично съобщение", "автоматично генериран", "не отговаряйте", "получихме вашето", "получихме вашата", "номер на заявка", "номер на запитване"]),
];

/// Salutations where they begin the text.
#[rustfmt::skip]
pub(super) static GREETINGS: Table = &[
    ("de", &["hallo", "moin", "servus", "grüezi", "grüß gott", "guten tag", "guten morgen", "guten abend", "schönen guten tag", "sehr geehrte", "sehr geehrter", "liebe", "lieber", "liebes"]),
    ("en", &["hi", "hey", "hello", "dear", "good morning", "good afternoon", "good evening", "good day", "greetings", "to whom it may concern"]),
    ("fr", &["bonjour", "bonsoir", "salut", "madame", "monsieur", "chère", "cher", "chers"]),
    ("es", &["hola", "buenos días", "buenas tardes", "buenas noches", "estimado", "estimada", "estimados", "estimadas"]),
    ("pt", &["olá", "oi", "bom dia", "boa tarde", "boa noite", "caro", "cara", "caros", "prezado", "prezada", "prezados"]),
    ("it", &["buongiorno", "buonasera", "buon giorno", "ciao", "salve", "gentile", "gentili", "egregio"]),
    ("nl", &["hoi", "dag", "goedemorgen", "goedemiddag", "goedenavond", "beste", "geachte"]),
    ("da", &["hej", "kære", "goddag", "god dag", "godmorgen"]),
    ("no", &["hei", "kjære", "god dag", "god morgen"]),
    ("sv", &["hej", "hejsan", "kära", "bästa", "god morgon", "god dag"]),
    ("fi", &["hei", "moi", "terve", "hyvä", "hyvää päivää", "hyvää huomenta"]),
    ("pl", &["cześć", "dzień dobry", "dobry wieczór", "witam", "szanowni państwo", "szanowna pani", "szanowny panie"]),
    ("cs", &["dobrý den", "dobré ráno", "dobrý večer", "ahoj", "vážený", "vážená", "vážení"]),
    ("sk", &["dobrý deň", "dobré ráno", "dobrý večer", "vážený", "vážená", "vážení"]),
    ("hu", &["szia", "sziasztok", "helló", "jó napot", "üdvözlöm", "tisztelt", "kedves"]),
    ("ro", &["bună", "bună ziua", "bună dimineața", "bună seara", "salut", "stimate", "stimată", "stimați", "dragă"]),
    ("tr", &["merhaba", "selam", "günaydın", "iyi günler", "iyi akşamlar", "sayın", "sevgili"]),
    ("ru", &["здравствуйте", "здравствуй", "привет", "добрый день", "доброе утро", "добрый вечер", "уважаемый", "уважаемая", "уважаемые"]),
    ("uk", &["вітаю", "привіт", "доброго дня", "добрий день", "доброго ранку", "добрий вечір", "шановний", "шановна", "шановні"]),
    ("el", &["γεια", "γεια σας", "καλημέρα", "καλησπέρα", "καλή σας μέρα", "αγαπητέ", "αγαπητή", "αγαπητοί", "χαίρετε"]),
    ("ja", &["こんにちは", "おはようございます", "こんばんは", "お世話になっております", "お世話になります"]),
    ("zh", &["您好", "你好", "早上好", "下午好", "尊敬的", "大家好"]),
    ("ko", &["안녕하세요", "안녕하십니까", "담당자님"]),
    ("hr", &["bok", "pozdrav", "dobar dan", "dobro jutro", "dobra večer", "poštovani", "poštovana", "dragi", "draga"]),
    ("bg", &["здравейте", "здравей", "добър ден", "добро утро", "добър вечер", "уважаеми", "уважаема"]),
];

/// Begin the end of a mail where they begin a line.
#[rustfmt::skip]
pub(super) static CLOSINGS: Table = &[
    ("de", &["viele grüße", "viele grüsse", "vielen dank", "liebe grüße", "beste grüße", "schöne grüße", "herzliche grüße", "freundliche grüße", "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "mit besten grüßen", "mit bestem dank", "besten dank", "herzlichen dank", "freundlichen gruß", "gruß", "grüße", "danke", "hochachtungsvoll", "mfg", "lg", "vg"]),
    ("en", &["best", "regards", "kind regards", "warm regards", "best regards", "many thanks", "thanks", "thank you", "sincerely", "yours", "cheers", "br"]),
    ("fr", &["cordialement", "bien cordialement", "merci", "bien à vous", "sincères salutations", "salutations"]),
    ("es", &["saludos", "un saludo", "atentamente", "cordialmente", "gracias", "muchas gracias"]),
    ("pt", &["obrigado", "obrigada", "muito obrigado", "muito obrigada", "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "abraço", "abraços"]),
    ("it", &["cordiali saluti", "distinti saluti", "saluti", "grazie", "un saluto"]),
    ("nl", &["groet", "groeten", "groetjes", "met vriendelijke groet", "met vriendelijke groeten", "bedankt", "dank u", "dank je", "mvg"]),
    ("da", &["hilsen", "venlig hilsen", "med venlig hilsen", "mange hilsner", "tak", "mange tak", "mvh"]),
    ("no", &["hilsen", "vennlig hilsen", "med vennlig hilsen", "takk", "mange takk", "mvh"]),
    ("sv", &["hälsningar", "vänliga hälsningar", "med vänliga hälsningar", "med vänlig hälsning", "vänligen", "tack", "tack så mycket", "mvh"]),
    ("fi", &["terveisin", "ystävällisin terveisin", "parhain terveisin", "kiitos", "kiitokset", "t"]),
    ("pl", &["pozdrawiam", "pozdrowienia", "z poważaniem", "z wyrazami szacunku", "dziękuję", "dzięki", "dziękuje"]),
    ("cs", &["s pozdravem", "děkuji", "děkuju", "díky", "hezký den", "přeji hezký den"]),
    ("sk", &["s pozdravom", "ďakujem", "vďaka", "pekný deň", "prajem pekný deň"]),
    ("hu", &["üdvözlettel", "tisztelettel", "köszönettel", "köszönöm", "üdv"]),
    ("ro", &["cu stimă", "cu respect", "mulțumesc", "mulțumim", "vă mulțumesc", "toate cele bune"]),
    ("tr", &["saygılarımla", "saygılarımızla", "teşekkürler", "teşekkür ederim", "iyi çalışmalar", "selamlar"]),
    ("ru", &["с уважением", "спасибо", "всего доброго", "всего хорошего", "с наилучшими"]),
    ("uk", &["з повагою", "дякую", "всього найкращого", "гарного дня"]),
    ("el", &["με εκτίμηση", "φιλικά", "ευχαριστώ", "σας ευχαριστώ", "χαιρετισμούς"]),
    ("ja", &["よろしくお願いします", "よろしくお願いいたします", "宜しくお願いします", "宜しくお願いいたします", "ありがとうございます", "敬具", "以上"]),
    ("zh", &["谢谢", "謝謝", "此致", "祝好", "顺祝商祺", "敬上"]),
    ("ko", &["감사합니다", "고맙습니다", "감사드립니다"]),
    ("hr", &["srdačan pozdrav", "lijep pozdrav", "s poštovanjem", "hvala", "lp"]),
    ("bg", &["поздрави", "с уважение", "благодаря", "хубав ден"]),
];
