#include "core/run/recipe_help.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/theme/format.h"
#include "ui/widgets/checked_line.h"
#include "ui/widgets/setting_list.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMetaProperty>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QWheelEvent>

namespace tst_gui_plan {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

void flatten(const QJsonValue& value, const QString& pointer, QMap<QString, QString>& leaves) {
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto at = object.begin(); at != object.end(); ++at)
            flatten(at.value(), pointer + QLatin1Char('/') + at.key(), leaves);
    } else if (value.isArray()) {
        for (int i = 0; i < value.toArray().size(); ++i)
            flatten(value.toArray().at(i), QStringLiteral("%1/%2").arg(pointer).arg(i), leaves);
    } else {
        leaves[pointer] = value.toVariant().toString();
    }
}

QMap<QString, QString> leavesOf(const Recipe& recipe) {
    QMap<QString, QString> leaves;
    flatten(QJsonDocument::fromJson(QByteArray::fromStdString(recipeText(recipe))).object(), {}, leaves);
    return leaves;
}

/// Pointers of the leaves that differ.
QStringList changed(const Recipe& before, const Recipe& after) {
    const auto a = leavesOf(before), b = leavesOf(after);
    QStringList pointers;
    for (const QString& key : a.keys() + b.keys())
        if (a.value(key) != b.value(key) && !pointers.contains(key)) pointers << key;
    pointers.sort();
    return pointers;
}

}  // namespace

/// The Data and Run tabs of the Plan page, field by field, through the real window with a scripted engine.
class TestGuiPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        m_text = write("mine.txt", "One day a cat sat.\n\nThen it ran away.\n");
    }
    void cleanup() { m.close(); }

    void everyControlChangesItsFieldAndUndoBringsItBack_data() {
        QTest::addColumn<QString>("control");
        QTest::addColumn<QVariant>("value");
        QTest::addColumn<QStringList>("pointers");
        QTest::addColumn<QString>("help");
        const auto row = [](const char* control, const QVariant& value, const QStringList& pointers, const char* help) {
            QTest::newRow(control) << QString::fromLatin1(control) << value << pointers << QString::fromLatin1(help);
        };
        const QString file = QStringLiteral("FILE");
        row("trainingPath", file, {"/training/sources/0/path"}, "/training/sources/*/path");
        row("trainingName", "tales", {"/training/sources/0/name"}, "/training/sources/*/name");
        row("trainingKind", 1, {"/training/sources/0/format"}, "/training/sources/*/format");
        row("shares", 1, {"/plan/shares"}, "/plan/shares");
        row("shortestDocument", 64, {"/training/shortest_document"}, "/training/shortest_document");
        row("analysisTextPath", file, {"/analysis/text/path"}, "/analysis/text/path");
        row("analysisTextName", "other", {"/analysis/text/name"}, "/analysis/text/name");
        row("analysisTextWindows", 5, {"/analysis/text/max_windows"}, "/analysis/text/max_windows");
        row("analysisTextSkip", 4, {"/analysis/text/skip_windows"}, "/analysis/text/skip_windows");
        row("analysisTextWindow", 77, {"/analysis/text/window"}, "/analysis/text/window");
        row("analysisTextStride", 9, {"/analysis/text/stride"}, "/analysis/text/stride");
        row("analysisTextBos", false, {"/analysis/text/bos"}, "/analysis/text/bos");
        row("phaseName", "first", {"/recovery/phases/0/name"}, "/recovery/phases/*/name");
        row("phaseRounds", 4, {"/recovery/phases/0/max_rounds"}, "/recovery/phases/*/max_rounds");
        row("phaseSteps", 33, {"/recovery/phases/0/steps_per_round"}, "/recovery/phases/*/steps_per_round");
        row("phasePath", file, {"/recovery/phases/0/sources/0/path"}, "/recovery/phases/*/sources/*/path");
        row("phaseKind", 1, {"/recovery/phases/0/sources/0/format"}, "/recovery/phases/*/sources/*/format");
        row("evaluationPath", file, {"/evaluation/texts/0/path"}, "/evaluation/texts/*/path");
        row("evaluationWindow", 99, {"/evaluation/texts/0/window"}, "/evaluation/texts/*/window");
        row("evaluationWindows", 3, {"/evaluation/texts/0/max_windows"}, "/evaluation/texts/*/max_windows");
        row("tasks", QStringLiteral("FOLDER"), {"/evaluation/tasks"}, "/evaluation/tasks");
        row("taskLimit", 7, {"/evaluation/task_limit"}, "/evaluation/task_limit");
        row("runSeed", "18446744073709551615", {"/seed"}, "/seed");
        row("threads", 3, {"/threads"}, "/threads");
        row("compute", 1, {"/compute"}, "/compute");
        row("device", "cuda:1", {"/device"}, "/device");
        row("measureSpeed", false, {"/evaluation/speed"}, "/evaluation/speed");
        row("samplePrompt", "There was", {"/evaluation/prompt"}, "/evaluation/prompt");
        row("sampleTokens", 12, {"/evaluation/sample_tokens"}, "/evaluation/sample_tokens");
        row("exportsFormat", 0, {"/exports/0/format"}, "/exports/*/format");
        row("exportsType", 2, {"/exports/0/dtype"}, "/exports/*/dtype");
    }
    void everyControlChangesItsFieldAndUndoBringsItBack() {
        QFETCH(QString, control);
        QFETCH(QVariant, value);
        QFETCH(QStringList, pointers);
        QFETCH(QString, help);
        if (value.toString() == QLatin1String("FILE")) value = m_text;
        if (value.toString() == QLatin1String("FOLDER")) value = folderOfTasks();
        Session& session = m.studio->session();
        const Recipe before = session.recipe();
        const QString shown = shownBy(control);
        enter(control, value);
        const Recipe after = session.recipe();
        QCOMPARE(changed(before, after), pointers);
        QCOMPARE(session.undoStack().count(), 1);
        QVERIFY(shownBy(control) != shown);
        parseRecipe(recipeText(after), "recipe");  // what the window writes is what the command line takes
        session.undoStack().undo();
        QCOMPARE(recipeText(session.recipe()), recipeText(before));
        QCOMPARE(shownBy(control), shown);
        const QString said = m.window->findChild<QWidget*>(control)->accessibleDescription();
        QCOMPARE(said, QString::fromStdString(recipeFieldHelp(help.toStdString())));
    }

    /// No form of the window names them; the list of all settings is made from the recipe's tables.
    void everySettingIsFoundChangedAndUndone() {
        m.find<QTabWidget>("planTabs")->setCurrentIndex(m.find<QTabWidget>("planTabs")->count() - 1);
        auto* table = m.find<QTableView>("settingTable");
        auto* list = m.window->findChild<SettingList*>();
        QAbstractItemModelTester tester(list, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(table->model()->rowCount(), int(recipeValues(m.studio->session().recipe()).size()));
        m.find<QLineEdit>("settingSearch")->setText(QStringLiteral("dropout lora"));
        QCOMPARE(table->model()->rowCount(), 1);
        const QModelIndex value = table->model()->index(0, SettingList::Value);
        table->setCurrentIndex(value);
        QVERIFY2(m.label("settingHelp")->text().contains(QStringLiteral("Default: 0")),
                 qPrintable(m.label("settingHelp")->text()));
        const std::string before = recipeText(m.studio->session().recipe());
        QTest::keyClick(table, Qt::Key_Return);
        auto* line = m.find<QLineEdit>("settingEditor");
        QVERIFY(line);
        line->setText(QStringLiteral("0.05"));
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_COMPARE(m.studio->session().recipe().lora.dropout, 0.05);
        QVERIFY(value.data(Qt::FontRole).value<QFont>().bold());
        m.find<QLineEdit>("settingSearch")->clear();
        m.find<QCheckBox>("settingChangedOnly")->setChecked(true);
        QVERIFY(table->model()->rowCount() >= 1 && table->model()->rowCount() < list->rowCount());
        list->setData(list->index(list->rowOf("/lora/dropout"), SettingList::Value), QStringLiteral("0.2"));
        m.studio->session().undoStack().undo();  // each entry is a step of its own
        QCOMPARE(m.studio->session().recipe().lora.dropout, 0.05);
        m.studio->session().undoStack().undo();
        QCOMPARE(recipeText(m.studio->session().recipe()), before);
        m.find<QCheckBox>("settingChangedOnly")->setChecked(false);
        QVERIFY(!list->setData(list->index(list->rowOf("/lora/dropout"), SettingList::Value), QStringLiteral("much")));
        QCOMPARE(recipeText(m.studio->session().recipe()), before);
        QVERIFY(!(list->flags(list->index(list->rowOf("/model/path"), SettingList::Value)) & Qt::ItemIsEditable));
        list->setData(list->index(list->rowOf("/plan/shares"), SettingList::Value), QStringLiteral("measured"));
        QCOMPARE(m.find<QComboBox>("shares")->currentData().toString(), QStringLiteral("measured"));
        list->reset(list->rowOf("/plan/shares"));
        QCOMPARE(m.studio->session().recipe().plan.shares, std::string("even"));
    }

    void wrongEntriesAreRefusedWhereTheyAreTyped_data() {
        QTest::addColumn<QString>("control");
        QTest::addColumn<QString>("entry");
        QTest::addColumn<QString>("word");
        QTest::newRow("no file") << "trainingPath"
                                 << "/nowhere/at/all.txt"
                                 << "no file";
        QTest::newRow("a folder") << "evaluationPath" << QDir::tempPath() << "folder";
        QTest::newRow("no name") << "trainingName"
                                 << ""
                                 << "name";
        QTest::newRow("no seed") << "runSeed"
                                 << "-1"
                                 << "whole number";
        QTest::newRow("no device") << "device"
                                   << "gpu"
                                   << "cuda:N";
        QTest::newRow("no tasks") << "tasks"
                                  << "/nowhere/at/all"
                                  << "no folder";
    }
    void wrongEntriesAreRefusedWhereTheyAreTyped() {
        QFETCH(QString, control);
        QFETCH(QString, entry);
        QFETCH(QString, word);
        const std::string before = recipeText(m.studio->session().recipe());
        const QString shown = shownBy(control);
        auto* whole = m.window->findChild<CheckedLine*>(control + QStringLiteral("Row"));
        whole->offer(entry);
        QCOMPARE(recipeText(m.studio->session().recipe()), before);
        QVERIFY2(whole->problem().contains(word), qPrintable(whole->problem()));
        QVERIFY(whole->problem().endsWith(QLatin1Char('.')));
        QCOMPARE(shownBy(control), entry);  // to be mended
        m.studio->session().edit(QStringLiteral("elsewhere"), [](Recipe& r) { r.plan.ratio = 0.31; });
        QCOMPARE(shownBy(control), entry);
        QTest::keyClick(whole->line(), Qt::Key_Escape);
        QCOMPARE(shownBy(control), shown);
        QVERIFY(whole->problem().isEmpty());
    }

    void kindThatTheFileIsNotIsRefused() {
        enter(QStringLiteral("trainingPath"), m_text);
        const std::string before = recipeText(m.studio->session().recipe());
        enter(QStringLiteral("trainingKind"), 3);
        QCOMPARE(recipeText(m.studio->session().recipe()), before);
        QCOMPARE(m.find<QComboBox>("trainingKind")->currentIndex(), 0);
        QVERIFY(!m.label("trainingKindProblem")->text().isEmpty() && !m.label("trainingKindProblem")->isHidden());
    }

    void browsingAddsRemovesAndOrders() {
        m.dialogs.path = m_text;
        click("trainingSourcesAdd");
        const auto& sources = m.studio->session().recipe().training.sources;
        QCOMPARE(sources.size(), std::size_t(2));
        QCOMPARE(sources[1].path, m_text.toStdString());
        QCOMPARE(sources[1].name, std::string("mine"));
        QCOMPARE(shownBy(QStringLiteral("trainingPath")), m_text);  // the new one is chosen
        click("trainingSourcesUp");
        QCOMPARE(m.studio->session().recipe().training.sources[0].name, std::string("mine"));
        click("trainingSourcesRemove");
        QCOMPARE(m.studio->session().recipe().training.sources.size(), std::size_t(1));
        QVERIFY(!m.find<QPushButton>("trainingSourcesRemove")->isEnabled());  // one stays
        m.studio->session().undoStack().undo();
        QCOMPARE(m.studio->session().recipe().training.sources[0].name, std::string("mine"));

        click("phasesAdd");
        QCOMPARE(m.studio->session().recipe().recovery.phases.size(), std::size_t(2));
        enter(QStringLiteral("phaseSteps"), 17);
        enter(QStringLiteral("phasePath"), m_text);
        const auto& phases = m.studio->session().recipe().recovery.phases;
        QCOMPARE(phases[1].stepsPerRound, 17);
        QCOMPARE(phases[1].sources[0].path, m_text.toStdString());
        QVERIFY(phases[0].stepsPerRound != 17 && phases[0].sources[0].path != m_text.toStdString());
        m.find<QListWidget>("phases")->setCurrentRow(0);
        enter(QStringLiteral("phaseSteps"), 18);
        enter(QStringLiteral("phaseSteps"), 19);
        m.studio->session().undoStack().undo();  // the second phase keeps what it has: other edits, another step
        QVERIFY(m.studio->session().recipe().recovery.phases[0].stepsPerRound < 17 ||
                m.studio->session().recipe().recovery.phases[0].stepsPerRound > 19);
        QCOMPARE(m.studio->session().recipe().recovery.phases[1].stepsPerRound, 17);
        parseRecipe(recipeText(m.studio->session().recipe()), "recipe");
    }

    void exportsAreListsWithTypesOfTheirFormat() {
        click("exportsAdd");
        enter(QStringLiteral("exportsFormat"), 5);  // GGUF
        auto* types = m.find<QComboBox>("exportsType");
        enter(QStringLiteral("exportsType"), types->findData(QStringLiteral("Q8_0")));
        QCOMPARE(m.studio->session().recipe().exports.size(), std::size_t(2));
        QCOMPARE(m.studio->session().recipe().exports[1].dtype, std::string("Q8_0"));
        enter(QStringLiteral("exportsFormat"), 0);  // a folder stores no Q8_0
        QCOMPARE(m.studio->session().recipe().exports[1].dtype, std::string("source"));
        parseRecipe(recipeText(m.studio->session().recipe()), "recipe");
        click("exportsRemove");
        click("exportsRemove");
        QVERIFY(m.studio->session().recipe().exports.empty());
    }

    void adaptersSitWhereTheBoxesSay() {
        const auto box = [&](const char* name) {
            return m.window->findChild<QCheckBox*>(QStringLiteral("target_") + QString::fromLatin1(name));
        };
        for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
            QVERIFY2(box(name) && box(name)->isChecked(), name);
        QVERIFY(!box("post_attention_layernorm") && !box("lm_head"));
        box("gate_proj")->click();
        QCOMPARE(m.studio->session().recipe().lora.targets,
                 (std::vector<std::string>{"q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj"}));
        box("gate_proj")->click();
        QVERIFY(m.studio->session().recipe().lora.targets.empty());  // all: as a recipe says it
        m.studio->session().edit(QStringLiteral("one"), [](Recipe& r) { r.lora.targets = {"q_proj"}; });
        QVERIFY(box("q_proj")->isChecked() && !box("v_proj")->isChecked());
        box("q_proj")->click();
        QVERIFY(box("q_proj")->isChecked());
        QCOMPARE(m.studio->session().recipe().lora.targets, std::vector<std::string>{"q_proj"});
        QVERIFY(m.label("targetProblem")->text().contains(QStringLiteral("At least one")) &&
                !m.label("targetProblem")->isHidden());
    }

    void probeIsAskedWhenItsTabIsShown() {
        auto* tabs = m.find<QTabWidget>("planTabs");
        QVERIFY(!m.studio->machineSpeed());
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->widget(i)->findChild<QLabel*>(QStringLiteral("machineSpeed"))) tabs->setCurrentIndex(i);
        QTRY_VERIFY(m.studio->machineSpeed());
        const QString words = m.label("machineSpeed")->text();
        QVERIFY2(words.contains(QStringLiteral("190")) && words.contains(QStringLiteral("741")) &&
                     words.contains(QStringLiteral("pays here")),
                 qPrintable(words));
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(m.find<QPushButton>("startFromPlan")->isEnabled());
    }

    /// A person who scrolls a tab changes nothing on the way; what has the focus goes by the wheel as ever.
    void theWheelScrollsUnlessAControlHasTheFocus() {
        m.window->resize(m.window->minimumSize());
        auto* tabs = m.find<QTabWidget>("planTabs");
        int seen = 0, scrolled = 0, turned = 0;
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QApplication::processEvents();
            auto* area = qobject_cast<QScrollArea*>(tabs->currentWidget());
            if (!area) continue;  // the list of all settings scrolls by itself
            QScrollBar* bar = area->verticalScrollBar();
            for (QWidget* control : area->widget()->findChildren<QWidget*>()) {
                const bool turns = qobject_cast<QSlider*>(control) || qobject_cast<QAbstractSpinBox*>(control) ||
                                   qobject_cast<QComboBox*>(control);
                if (!turns || !control->isVisible() || !control->isEnabled()) continue;
                ++seen;
                tabs->tabBar()->setFocus();
                bar->setValue(0);
                const auto value = control->metaObject()->userProperty();
                const QVariant before = value.read(control);
                const std::string recipe = recipeText(m.studio->session().recipe());
                for (const int notch : {-1, 1}) {
                    turnWheel(control, notch);
                    QVERIFY2(value.read(control) == before, qPrintable(control->objectName()));
                    QVERIFY2(!control->hasFocus(), qPrintable(control->objectName()));
                    QCOMPARE(bar->value() > 0, notch < 0 && bar->maximum() > 0);
                    scrolled += bar->value() > 0;
                }
                QCOMPARE(recipeText(m.studio->session().recipe()), recipe);
                control->setFocus();
                for (const int notch : {-1, 1}) turnWheel(control, notch), turned += value.read(control) != before;
                QCOMPARE(bar->value(), 0);
                m.studio->session().undoStack().clear();
            }
        }
        QVERIFY2(seen > 25 && scrolled > 7 && turned > 25,
                 qPrintable(QStringLiteral("%1 %2 %3").arg(seen).arg(scrolled).arg(turned)));
    }

    void warningsAreOnThePageItselfToo() {
        QVERIFY(m.label("planData")->isHidden() && m.label("dataWarnings")->isHidden());
        enter(QStringLiteral("trainingPath"), QString::fromStdString(m.studio->session().recipe().evaluation.texts[0].path));
        for (const char* name : {"planData", "dataWarnings"})
            QVERIFY2(m.label(name)->text().contains(QStringLiteral("final evaluation")) && !m.label(name)->isHidden(), name);
        const auto* uses = m.find<QTableView>("dataUses")->model();
        QCOMPARE(uses->rowCount(), 5);
        QCOMPARE(uses->index(0, 1).data().toString(), QStringLiteral("valid.txt"));
        QCOMPARE(uses->index(0, 2).data().toString(), formatBytes(794375));
    }

    /// Steps too coarse for the ratio: what goes, what was asked for, and what would come closest.
    void aMissedRatioIsSaidBesideTheFigure() {
        const QLabel* missed = m.label("planMissed");
        QVERIFY(!missed->isVisible());
        Session& session = m.studio->session();
        const auto only = [&](int divisor, bool uniform) {
            session.edit(QStringLiteral("steps"), [&](Recipe& r) {
                r.plan.ratio = 0.2;
                r.plan.useKnowledge = false;
                r.plan.uniform = uniform;
                for (auto& [id, unit] : r.plan.units) unit.take = id == "mlp";
                r.plan.units["mlp"].divisor = divisor;
            });
        };
        only(64, false);
        QVERIFY(session.plan().plan);
        QVERIFY(missed->isVisible());
        const QString goes = formatPercent(session.plan().plan->expectedRatio, 2), words = missed->text();
        QVERIFY2(words.startsWith(goes) && words.contains(QStringLiteral("20.00 %")), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("steps of one for the neurons")), qPrintable(words));
        QVERIFY(missed->geometry().top() < m.find<QWidget>("loadabilityStrip")->geometry().top());
        QVERIFY(missed->height() >= missed->heightForWidth(missed->width()));
        only(1, false);
        QVERIFY(!missed->isVisible());
    }

    void recipeFromAFileFillsTheControls() {
        Recipe recipe = m.studio->session().recipe();
        recipe.training.sources = {{"tales", m_text.toStdString(), SourceFormat::Text}};
        recipe.analysis.text = {"probe", m_text.toStdString(), 33, 11, 4, false};
        recipe.recovery.phases = {{"one", {{"x", m_text.toStdString(), SourceFormat::Auto}}, 3, 7},
                                  {"two", {{"y", m_text.toStdString(), SourceFormat::Auto}}, 1, 1}};
        recipe.evaluation.texts = {{"judge", m_text.toStdString(), 44, 0, 2, true}};
        recipe.evaluation.tasks = folderOfTasks().toStdString();
        recipe.seed = 42, recipe.threads = 2, recipe.compute = "mixed", recipe.device = "cuda",
        recipe.lora.targets = {"v_proj"};
        recipe.exports = {{"gguf", "Q8_0"}};
        const QString file = m.dir.filePath(QStringLiteral("filled.json"));
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(QByteArray::fromStdString(recipeText(recipe)));
        out.close();
        m.studio->openRecipe(file);
        QTRY_VERIFY(!m.studio->engine().busy() && m.studio->session().recipe().seed == 42);
        const std::pair<const char*, QString> expected[] = {{"trainingPath", m_text},
                                                            {"trainingName", "tales"},
                                                            {"trainingKind", "1"},
                                                            {"analysisTextName", "probe"},
                                                            {"analysisTextWindow", "33"},
                                                            {"analysisTextStride", "11"},
                                                            {"analysisTextWindows", "4"},
                                                            {"analysisTextBos", "0"},
                                                            {"phaseName", "one"},
                                                            {"phaseRounds", "3"},
                                                            {"phaseSteps", "7"},
                                                            {"phasePath", m_text},
                                                            {"evaluationName", "judge"},
                                                            {"evaluationWindow", "44"},
                                                            {"tasks", folderOfTasks()},
                                                            {"runSeed", "42"},
                                                            {"threads", "2"},
                                                            {"compute", "1"},
                                                            {"device", "cuda"},
                                                            {"exportsFormat", "5"}};
        for (const auto& [control, value] : expected)
            QVERIFY2(shownBy(QString::fromLatin1(control)) == value,
                     qPrintable(shownBy(QString::fromLatin1(control)) + QLatin1String(control)));
        QVERIFY(m.find<QCheckBox>("target_v_proj")->isChecked());
        QVERIFY(!m.find<QCheckBox>("target_q_proj")->isChecked());
        QCOMPARE(m.studio->session().undoStack().count(), 1);  // loading is one edit, filling the fields is none
    }

    void readyRulesProtectWhatTheySay() {
        Session& session = m.studio->session();
        auto* line = m.find<QLineEdit>("protectPatterns");
        auto* menu = m.find<QMenu>("protectRulesMenu");
        QVERIFY(menu && m.find<QPushButton>("protectRules")->menu() == menu);
        const auto rule = [&](const char* name) {
            Q_EMIT menu->aboutToShow();
            return menu->findChild<QAction*>(QString::fromLatin1(name));
        };
        QVERIFY(rule("rule_ends") && rule("rule_attention") && rule("rule_expression"));
        QVERIFY2(rule("rule_ends")->text().contains(QStringLiteral("layers.0.*, layers.4.*")),
                 qPrintable(rule("rule_ends")->text()));
        rule("rule_ends")->trigger();
        QCOMPARE(line->text(), QStringLiteral("layers.0.*, layers.4.*"));
        const auto open = [&](const char* name) {
            return session.plan().plan->budgets[std::size_t(session.structure()->find(name)->id)].prunable;
        };
        QVERIFY(!open("layers.0.mlp") && !open("layers.4.attention") && open("layers.1.mlp"));
        rule("rule_attention")->trigger();
        QVERIFY(!open("layers.2.attention") && open("layers.2.mlp"));
        rule("rule_attention")->trigger();  // it is there
        QCOMPARE(session.recipe().plan.protect.size(), std::size_t(3));
        session.undoStack().undo();
        QVERIFY(open("layers.2.attention"));
        session.undoStack().undo();
        QVERIFY(line->text().isEmpty());
        // a regular expression is written by hand
        rule("rule_expression")->trigger();
        QCOMPARE(line->text(), QStringLiteral("re:"));
        line->setText(QStringLiteral("re:layers\\.[12]\\.mlp"));
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(!open("layers.1.mlp") && !open("layers.2.mlp") && open("layers.3.mlp") && open("layers.1.attention"));
        line->setText(QStringLiteral("re:("));
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(session.plan().error && m.studio->startRefusal().contains(QStringLiteral("no regular expression")));
        session.undoStack().undo();
        QVERIFY(session.plan().plan);
    }

    void legalCountsStandBesideEqualOnes() {
        QVERIFY(m.label("legalCounts")->isHidden());
        m.find<QCheckBox>("uniform")->setChecked(true);
        const QString said = m.label("legalCounts")->text();
        QVERIFY2(!m.label("legalCounts")->isHidden() && said.contains(QStringLiteral("KV groups: 1 to 4")),
                 qPrintable(said));
        m.studio->session().edit(QStringLiteral("steps"), [](Recipe& r) { r.plan.units["mlp"].divisor = 16; });
        QVERIFY2(m.label("legalCounts")->text().contains(QStringLiteral("16, 32 … 160 and all 172")),
                 qPrintable(m.label("legalCounts")->text()));
    }

private:
    QString write(const char* name, const char* content) {
        QFile file(m.dir.filePath(QString::fromLatin1(name)));
        if (file.open(QIODevice::WriteOnly)) file.write(content);
        return file.fileName();
    }
    QString folderOfTasks() {
        const QString folder = m.dir.filePath(QStringLiteral("tasks"));
        QDir().mkpath(folder);
        write("tasks/piqa.jsonl", "{}\n");
        return folder;
    }
    /// As a person: lines are typed and left, boxes chosen.
    void enter(const QString& control, const QVariant& value) {
        auto* widget = m.window->findChild<QWidget*>(control);
        QVERIFY2(widget, qPrintable(control));
        if (auto* line = qobject_cast<QLineEdit*>(widget)) {
            line->setText(value.toString());
            QTest::keyClick(line, Qt::Key_Return);
        } else if (auto* spin = qobject_cast<QSpinBox*>(widget)) {
            spin->setValue(value.toInt());
        } else if (auto* check = qobject_cast<QCheckBox*>(widget)) {
            if (check->isChecked() != value.toBool()) check->click();
        } else {
            m.choose(control.toLatin1().constData(), value.toInt());
        }
    }
    /// One notch of the wheel over a control, as the window system says it: it lands on the innermost part.
    static void turnWheel(QWidget* control, int notches) {
        const QPoint middle = control->rect().center();
        QWidget* part = control->childAt(middle) ? control->childAt(middle) : control;
        QWheelEvent turn(part->mapFrom(control, middle), control->mapToGlobal(middle), {}, {0, 120 * notches}, Qt::NoButton,
                         Qt::NoModifier, Qt::NoScrollPhase, false);
        QSpontaneKeyEvent::setSpontaneous(&turn);
        qApp->notify(part, &turn);
    }
    QString shownBy(const QString& control) {
        auto* widget = m.window->findChild<QWidget*>(control);
        if (auto* line = qobject_cast<QLineEdit*>(widget)) return line->text();
        if (auto* spin = qobject_cast<QSpinBox*>(widget)) return QString::number(spin->value());
        if (auto* check = qobject_cast<QCheckBox*>(widget)) return QString::number(check->isChecked());
        if (auto* box = qobject_cast<QComboBox*>(widget)) return QString::number(box->currentIndex());
        return {};
    }
    void click(const char* name) const { m.find<QPushButton>(name)->click(); }

    WindowFixture m;
    QString m_text;
};

}  // namespace tst_gui_plan

QTEST_MAIN(tst_gui_plan::TestGuiPlan)
#include "tst_gui_plan.moc"
