#include "core/export/formats.h"
#include "core/plan/plan_options.h"
#include "core/plan/unit_table.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/recipe_values.h"
#include "core/trace/unit_kinds.h"
#include "ui/controller/places.h"
#include "ui/language.h"
#include "ui/theme/format.h"
#include "ui/widgets/option_form.h"

#include <QCoreApplication>
#include <QFile>
#include <QTest>

namespace tst_ui_language {

using namespace lorashear;
using namespace lorashear::ui;

namespace {

const QString kCoreTexts = QStringLiteral(LORASHEAR_SOURCE_DIR "/resources/translations/core_texts.txt");

/// Every text of core's tables that the window passes through coreText(), once, in the order of the tables.
class CoreTexts {
public:
    void add(const std::string& text) {
        const QString line = QString::fromStdString(text);
        if (!line.isEmpty() && !m_lines.contains(line)) m_lines << line;
    }
    void label(const std::string& key) { add(optionLabel(key).toStdString()); }
    void settings(const std::vector<Setting>& all) {
        for (const Setting& setting : all) {
            label(setting.key);
            add(setting.help);
            add(setting.unit);
            for (const std::string& choice : setting.choices) label(choice);
        }
    }
    /// Without the number behind a name that comes several times.
    void phases(const std::vector<SchedulePhase>& schedule) {
        for (const SchedulePhase& phase : schedule) {
            const std::size_t last = phase.name.find_last_not_of("0123456789");
            const bool numbered = last + 1 < phase.name.size() && phase.name[last] == ' ';
            add(numbered ? phase.name.substr(0, last) : phase.name);
        }
    }
    QString text() const {
        return QStringLiteral(
                   "# Texts of core's tables that the window translates. Made by one command, never by hand:\n"
                   "# LORASHEAR_WRITE_HELP=1 build/ci/tests/ui/tst_ui_language; then packaging/translations.py refresh\n") +
               m_lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
    }

private:
    QStringList m_lines;
};

QString coreTexts() {
    CoreTexts all;
    for (const UnitKindRow& row : kUnitKinds) all.add(row.many);
    for (const Unit& unit : unitTable()) {
        for (const std::string& text : {unit.title, unit.one, unit.many, unit.help, unit.exports}) all.add(text);
        for (const UnitScore& score : unit.scores) all.add(score.id);
    }
    for (const std::string& way : shareWays()) all.label(way);
    for (const ExportFormat& format : exportFormats()) {
        all.add(format.title);
        all.add(format.help);
        all.add(format.purpose);
        all.add(format.opens);
    }
    Recipe recipe = startingRecipe(bundledModel());
    recipe.exports.push_back({});
    for (const RecipeValue& value : recipeValues(recipe)) {
        all.add(value.about.help);
        all.add(value.about.unit);
    }
    all.label("max_rounds");  // what a phase of the recovery is lengthened by
    for (const MethodInfo& method : methodTable()) {
        all.add(method.title);
        all.add(method.help);
        all.settings(method.options.settings);
        all.phases(method.schedule(method.options.complete("{}", "/method/options")));
    }
    for (const SchemeInfo& scheme : schemeTable()) {
        all.add(scheme.title);
        all.add(scheme.help);
        all.settings(scheme.options.settings);
    }
    return all.text();
}

}  // namespace

class TestUiLanguage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { applyLanguage(*qApp, QStringLiteral("en")); }

    void textsOfCoreAreListedForTranslators() {
        const QString now = coreTexts();
        QFile file(kCoreTexts);
        if (qEnvironmentVariableIsSet("LORASHEAR_WRITE_HELP")) {
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(now.toUtf8()) > 0);
            return;
        }
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QStringList there = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
        for (const QString& line : now.split(QLatin1Char('\n')))
            QVERIFY2(there.contains(line), qPrintable(QStringLiteral("not in core_texts.txt: ") + line));
        QCOMPARE(there.size(), now.count(QLatin1Char('\n')) + 1);
    }

    void theLanguageIsTheOneAskedForOrTheSystems_data() {
        QTest::addColumn<QString>("asked");
        QTest::addColumn<QStringList>("system");
        QTest::addColumn<QString>("language");
        const auto row = [](const char* asked, const QStringList& system, const char* language) {
            QTest::addRow("%s, %s", asked, qPrintable(system.join(QLatin1Char(' '))))
                << QString::fromLatin1(asked) << system << QString::fromLatin1(language);
        };
        row("ja", {QStringLiteral("zh-Hans-CN")}, "ja");
        row("pseudo", {QStringLiteral("ja-JP")}, "pseudo");
        row("system", {QStringLiteral("ja-JP"), QStringLiteral("en-US")}, "ja");
        row("system", {QStringLiteral("fr-FR"), QStringLiteral("zh-Hans-CN"), QStringLiteral("zh-CN")}, "zh_CN");
        row("system", {QStringLiteral("zh_SG")}, "zh_CN");
        row("system", {QStringLiteral("zh-Hans-HK")}, "zh_CN");
        row("system", {QStringLiteral("zh-HK"), QStringLiteral("ja")}, "ja");
        row("system", {QStringLiteral("zh-Hant-TW"), QStringLiteral("zh-TW"), QStringLiteral("ja")}, "ja");
        row("system", {QStringLiteral("de-DE")}, "en");
        row("klingon", {}, "en");
    }
    void theLanguageIsTheOneAskedForOrTheSystems() {
        QFETCH(QString, asked);
        QFETCH(QStringList, system);
        QTEST(languageFor(asked, system), "language");
    }

    void everyLanguageIsInTheProgram() {
        const std::pair<const char*, QString> words[] = {{"en", QStringLiteral("Plan")},
                                                         {"zh_CN", QStringLiteral("方案")},
                                                         {"ja", QStringLiteral("プラン")},
                                                         {"pseudo", QStringLiteral("[Plâñ ~]")}};
        QCOMPARE(std::size(words), languages().size() + 1);
        for (const auto& [id, plan] : words) {
            applyLanguage(*qApp, QString::fromLatin1(id));
            QCOMPARE(languageInForce(), QString::fromLatin1(id));
            QCOMPARE(QCoreApplication::translate("whoever asks", "Plan"), plan);
            QCOMPARE(formatInteger(1234567), QStringLiteral("1,234,567"));  // numbers go by the locale, not by the language
            QCOMPARE(formatNumber(1234.56), QStringLiteral("1,235"));
        }
    }

    void countedThingsHaveTheirForms() {
        const auto operators = [](int n) { return QCoreApplication::translate("any", "%n operator(s)", nullptr, n); };
        QCOMPARE(operators(1), QStringLiteral("1 operator"));  // init() applied "en"
        QCOMPARE(operators(2), QStringLiteral("2 operators"));
        applyLanguage(*qApp, QStringLiteral("ja"));
        QCOMPARE(operators(2), QStringLiteral("2 個の演算子"));
    }

    void textsOfCoreAreTranslatedOrStayEnglish() {
        applyLanguage(*qApp, QStringLiteral("zh_CN"));
        QCOMPARE(coreText("query heads"), QStringLiteral("查询头"));
        QCOMPARE(coreText("no such sentence"), QStringLiteral("no such sentence"));
        QCOMPARE(coreText(""), QString());
        QCOMPARE(phaseWord("period 12"), QStringLiteral("周期 12"));
        QCOMPARE(phaseWord("warm-up"), QStringLiteral("预热"));
        QCOMPARE(phaseWord("7"), QStringLiteral("7"));
        QCOMPARE(phaseWord("my phase"), QStringLiteral("my phase"));
        QCOMPARE(optionLabel("period_steps"), QStringLiteral("周期步数"));
    }

    void thePseudoLanguageKeepsWhatProgramsRead_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("pseudo");
        const auto row = [](const char* text, const QString& pseudo) {
            QTest::newRow(text) << QString::fromUtf8(text) << pseudo;
        };
        row("%1 of %L2", QStringLiteral("[%1 öf %L2 ~]"));
        row("&Save…", QStringLiteral("[&Šâvé… ~]"));
        row(" mm", QStringLiteral(" [mm ]"));
        row("Texts (*.txt *.raw);;All files (*)", QStringLiteral("[Téxtš ~] (*.txt *.raw);;[Âll fîléš ~~~] (*)"));
        row("<b>on</b>&nbsp;{plan.share}", QStringLiteral("[<b>öñ</b>&nbsp;{plan.share} ]"));
        row("a\nb", QStringLiteral("[â\nb ]"));
    }
    void thePseudoLanguageKeepsWhatProgramsRead() {
        QFETCH(QString, text);
        QTEST(pseudoText(text), "pseudo");
    }
};

}  // namespace tst_ui_language

QTEST_GUILESS_MAIN(tst_ui_language::TestUiLanguage)
#include "tst_ui_language.moc"
