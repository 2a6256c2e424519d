#include "ui/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QRegularExpression>
#include <QTranslator>

#include <algorithm>
#include <memory>

/// Outside every namespace, as Qt's macro wants it: the library is static, and nothing else would keep its resources.
static void registerTranslations() {
    Q_INIT_RESOURCE(lorashear_translations);
}

namespace lorashear::ui {

namespace {

constexpr const char* kContext = "lorashear";  // that of every .ts file (packaging/translations.py)
constexpr const char* kPseudo = "pseudo";
constexpr double kLonger = 0.4;

class OneContext : public QTranslator {
public:
    QString translate(const char*, const char* source, const char* comment, int n) const override {
        return QTranslator::translate(kContext, source, comment, n);
    }
};

class PseudoTranslator : public QTranslator {
public:
    bool isEmpty() const override { return false; }
    QString translate(const char*, const char* source, const char*, int) const override {
        return source ? pseudoText(QString::fromUtf8(source)) : QString();
    }
};

struct Applied {
    QString id = QStringLiteral("en");
    std::vector<std::unique_ptr<QTranslator>> translators;
};

Applied& applied() {
    static Applied kApplied;
    return kApplied;
}

QString accented(const QString& letters) {
    static const QString kPlain = QStringLiteral("AEIOUYCNSaeiouycns"), kMarked = QStringLiteral("ÂÉÎÖÛÝÇÑŠâéîöûýçñš");
    QString result = letters;
    for (QChar& letter : result)
        if (const auto at = kPlain.indexOf(letter); at >= 0) letter = kMarked[at];
    return result;
}

}  // namespace

const std::vector<LanguageRow>& languages() {
    static const std::vector<LanguageRow> kRows = {{"en", "English"}, {"zh_CN", "简体中文"}, {"ja", "日本語"}};
    return kRows;
}

QString languageFor(const QString& asked, const QStringList& system) {
    const auto& rows = languages();
    const auto known = [&](const QString& id) {
        return std::any_of(rows.begin(), rows.end(), [&](const LanguageRow& row) { return id == QLatin1String(row.id); });
    };
    if (known(asked) || asked == QLatin1String(kPseudo)) return asked;
    for (const QString& one : system) {  // "ja-JP", "zh-Hans-CN", "zh-Hant-TW", "en-US"
        const QStringList parts = QString(one).replace(QLatin1Char('_'), QLatin1Char('-')).split(QLatin1Char('-'));
        const auto has = [&](const char* part) { return parts.contains(QLatin1String(part)); };
        const bool traditional = !has("Hans") && (has("Hant") || has("TW") || has("HK") || has("MO"));
        if (parts[0] == QLatin1String("zh") && !traditional) return QStringLiteral("zh_CN");
        if (known(parts[0])) return parts[0];
    }
    return QStringLiteral("en");
}

void applyLanguage(QCoreApplication& application, const QString& id) {
    registerTranslations();
    Applied& now = applied();
    for (const auto& old : now.translators) QCoreApplication::removeTranslator(old.get());
    now = {id, {}};
    const auto install = [&](std::unique_ptr<QTranslator> translator) {
        QCoreApplication::installTranslator(translator.get());
        now.translators.push_back(std::move(translator));
    };
    Q_UNUSED(application)
    if (id == QLatin1String(kPseudo)) return install(std::make_unique<PseudoTranslator>());
    auto theirs = std::make_unique<QTranslator>(), ours = std::unique_ptr<QTranslator>(std::make_unique<OneContext>());
    if (theirs->load(QStringLiteral("qtbase_") + id, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        install(std::move(theirs));
    if (ours->load(QStringLiteral(":/lorashear/translations/") + id + QStringLiteral(".qm")))
        install(std::move(ours));  // the last one is asked first
}

QString languageInForce() {
    return applied().id;
}

QString pseudoText(const QString& text) {
    if (text.contains(QLatin1String(";;"))) {  // a list of kinds of files
        QStringList all;
        for (const QString& one : text.split(QStringLiteral(";;"))) all << pseudoText(one);
        return all.join(QStringLiteral(";;"));
    }
    static const QRegularExpression kKept(
        QStringLiteral(R"(%L?\d+|%n|\{[a-z_.]+\}|<[^<>]*>|&[a-z]+;|\s*\(\*[^)]*\)$|^\s+|\s+$|\n|\t)"));
    QString result, tail;
    qsizetype at = 0, letters = 0;
    QString head;
    const auto say = [&](QStringView piece) {
        result += accented(piece.toString());
        letters += piece.size();
    };
    for (auto found = kKept.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        say(QStringView(text).mid(at, match.capturedStart() - at));
        at = match.capturedEnd();
        const bool pattern = match.capturedView().contains(QLatin1String("(*"));
        const bool edge = match.capturedView().trimmed().isEmpty() && match.capturedView() != QLatin1String("\n");
        if (edge && match.capturedStart() == 0)
            head = match.captured();
        else if (pattern || (edge && at == text.size()))
            tail = match.captured();
        else
            result += match.captured();
    }
    say(QStringView(text).mid(at));
    QString more;
    for (qsizetype i = 0, wanted = qsizetype(double(letters) * kLonger + 0.5); i < wanted; ++i)
        more += i % 7 == 0 ? QLatin1Char(' ') : QLatin1Char('~');
    return head + QLatin1Char('[') + result + more + QLatin1Char(']') + tail;
}

}  // namespace lorashear::ui
