#pragma once

#include <QString>
#include <QStringList>

#include <vector>

class QCoreApplication;

namespace lorashear::ui {

/// The language of the window: chosen once, before anything of it is built (tables keep their words), so that another choice counts from the
/// next start. Numbers stay as the locale writes them, whatever the language.
///
/// All texts stand in one context of resources/translations/<id>.ts, so that the same words are translated once; the lookup leaves aside the
/// class that asks. Texts of core pass through coreText() (ui/theme/format.h).
struct LanguageRow {
    const char* id;    ///< of settings and of --language: "ja"
    const char* name;  ///< in itself: "日本語"
};

/// Those that can be chosen. Beside them "system", the default, and "pseudo", which proves that a text passes through translation and has room
/// to grow: every text in brackets, accented, 40 % longer.
const std::vector<LanguageRow>& languages();
/// The id of `asked`: itself where it is a row's or "pseudo", else the first of the system's languages (as QLocale::uiLanguages() names them)
/// that there is, else "en".
QString languageFor(const QString& asked, const QStringList& system);
/// Translates the application into it, Qt's own texts too where Qt's translations are installed. Instead of what was applied before.
void applyLanguage(QCoreApplication& application, const QString& id);
QString languageInForce();  ///< as applied; "en" before
/// Any letters that a person sees in the pseudo language; what programs read in a text (places for arguments, mnemonics, tags, patterns of
/// file names) stays.
QString pseudoText(const QString& text);

}  // namespace lorashear::ui
