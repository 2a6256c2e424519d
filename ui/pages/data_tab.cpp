#include "ui/pages/data_tab.h"

#include "ui/controller/studio.h"
#include "ui/theme/format.h"
#include "ui/widgets/item_list.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/recipe_form.h"
#include "ui/widgets/text_rows.h"
#include "ui/widgets/type_size.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {

/// The chosen item of a recipe's list; something that nobody reads when there is none.
template <class T>
T& chosenOf(std::vector<T>& all, int at) {
    static thread_local T none;
    return at >= 0 && at < int(all.size()) ? all[std::size_t(at)] : (none = T{});
}

/// The tab is narrow: a heading must not make it wider.
QLabel* wrappedHeading(const QString& text, QWidget* parent) {
    QLabel* heading = makeHeading(text, parent);
    heading->setWordWrap(true);
    return heading;
}

}  // namespace

DataTab::DataTab(Studio& studio, QWidget* parent) : QWidget(parent), m_studio(studio) {
    m_rows = new RowTable<Row>(
        {{tr("Used for"), [](const Row& r) { return r.title; }, false, [](const Row& r) { return r.paths; }},
         {tr("Reads"), [](const Row& r) { return r.reads; }, false, [](const Row& r) { return r.paths; }},
         {tr("Size"), [](const Row& r) { return r.size; }, true}},
        this);
    auto* column = new QVBoxLayout(this);
    m_table = makeTable(QStringLiteral("dataUses"), tr("Which text each use reads; choose one to change it"), m_rows, this);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setTextElideMode(Qt::ElideMiddle);
    column->addWidget(m_table);
    m_warnings = makeWarning({}, this);
    m_warnings->setObjectName(QStringLiteral("dataWarnings"));
    column->addWidget(m_warnings);
    m_sections = {makeTraining(), makeAnalysis(), makeRecovery(), makeEvaluation(), makeTasks()};
    for (QWidget* section : m_sections) column->addWidget(section);
    column->addStretch(1);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) { showSection(now.row()); });
    connect(&m_studio.session(), &Session::recipeChanged, this, &DataTab::refresh);
    connect(&m_studio, &Studio::fieldWanted, this, &DataTab::showField);
    refresh();
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    whenTypeChanges(*m_table->horizontalHeader(), [this] {
        m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                                5 * m_table->verticalHeader()->defaultSectionSize() + 4);
    });
    m_table->selectRow(0);
    showSection(0);
}

void DataTab::choose(DataUse use) {
    m_table->selectRow(int(use));
}

void DataTab::showSection(int row) {
    for (int i = 0; i < int(m_sections.size()); ++i) m_sections[std::size_t(i)]->setVisible(i == row);
}

QWidget* DataTab::makeTraining() {
    auto* section = new QWidget(this);
    auto* column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(wrappedHeading(tr("Texts that pruning trains on"), section));
    column->addWidget(new SourceEditor(
        m_studio.session(), m_studio.dialogs(), QStringLiteral("training"), tr("Texts that pruning trains on"),
        "/training/sources/*", [](Recipe& r) -> std::vector<RecipeSource>& { return r.training.sources; }, section));
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, section);
    form->alignTo(tr("Steps a round"));
    form->integer(fieldOf(QStringLiteral("shortestDocument"), tr("Least length"), "/training/shortest_document"),
                  [](Recipe& r) -> int& { return r.training.shortestDocument; });
    column->addLayout(rows);
    return section;
}

QWidget* DataTab::makeAnalysis() {
    auto* section = new QWidget(this);
    auto* column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(wrappedHeading(tr("Text that the analysis measures and calibrates on"), section));
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, section);
    form->alignTo(tr("Steps a round"));
    addTextRows(
        *form, m_studio.dialogs(), QStringLiteral("analysisText"), "/analysis/text",
        [](Recipe& r) -> RecipeText& { return r.analysis.text; }, true);
    column->addLayout(rows);
    column->addWidget(makeMuted(
        tr("Without a file, what is held out of the training texts. It should not be a text that the result is judged by. Quick and Full on the "
           "Knowledge page set the windows too."),
        section));
    return section;
}

QWidget* DataTab::makeRecovery() {
    Session& session = m_studio.session();
    auto* section = new QWidget(this);
    auto* column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(wrappedHeading(tr("Phases of the recovery, one after another"), section));
    m_phases =
        new ItemList(session, QStringLiteral("phases"), tr("Phases of the recovery"), tr("phase"),
                     itemOps<RecoveryPhase>([](Recipe& r) -> std::vector<RecoveryPhase>& { return r.recovery.phases; },
                                            [](const RecoveryPhase& p) {
                                                return tr("%1: up to %2 rounds of %3 steps")
                                                    .arg(QString::fromStdString(p.name), formatInteger(p.maxRounds),
                                                         formatInteger(p.stepsPerRound));
                                            },
                                            [](const RecoveryPhase& p) { return tr("%1 texts").arg(p.sources.size()); }),
                     section);
    column->addWidget(m_phases);
    auto* fields = new QWidget(section);
    auto* inside = new QVBoxLayout(fields);
    inside->setContentsMargins(0, 0, 0, 0);
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(session, rows, fields);
    form->alignTo(tr("Steps a round"));
    const auto phase = [this](Recipe& r) -> RecoveryPhase& { return chosenOf(r.recovery.phases, m_phases->current()); };
    form->setScope([this] { return QString::number(m_phases->current()); });
    const std::string at = "/recovery/phases/*";
    form->line(
        fieldOf(QStringLiteral("phaseName"), tr("Phase"), at + "/name"),
        [phase](Recipe& r) { return QString::fromStdString(phase(r).name); },
        [](const QString& name) { return name.isEmpty() ? tr("Give the phase a name, for charts and events.") : QString(); },
        [phase](Recipe& r, const QString& name) { phase(r).name = name.toStdString(); });
    form->integer(fieldOf(QStringLiteral("phaseRounds"), tr("Rounds"), at + "/max_rounds"),
                  [phase](Recipe& r) -> int& { return phase(r).maxRounds; });
    form->integer(fieldOf(QStringLiteral("phaseSteps"), tr("Steps a round"), at + "/steps_per_round"),
                  [phase](Recipe& r) -> int& { return phase(r).stepsPerRound; });
    inside->addLayout(rows);
    inside->addWidget(wrappedHeading(tr("Texts of this phase"), fields));
    auto* sources = new SourceEditor(
        session, m_studio.dialogs(), QStringLiteral("phase"), tr("Texts of the chosen phase"), at + "/sources/*",
        [phase](Recipe& r) -> std::vector<RecipeSource>& { return phase(r).sources; }, fields);
    inside->addWidget(sources);
    column->addWidget(fields);
    connect(m_phases, &ItemList::currentChanged, this, [fields, form, sources](int index) {
        fields->setVisible(index >= 0);
        form->reload();
        sources->reload();
    });
    connect(m_phases, &ItemList::addWanted, this, &DataTab::addPhase);
    fields->setVisible(m_phases->current() >= 0);
    return section;
}

void DataTab::addPhase() {
    const Recipe& recipe = m_studio.session().recipe();
    QStringList taken;
    for (const RecoveryPhase& phase : recipe.recovery.phases) taken << QString::fromStdString(phase.name);
    const QString name = freeName(taken.isEmpty() ? QStringLiteral("pretraining") : QStringLiteral("instruct"), taken);
    // A phase cannot be without a text: it begins with what the recipe trains on anyway.
    std::vector<RecipeSource> sources = recipe.training.sources;
    if (sources.empty() && !recipe.recovery.phases.empty()) sources = recipe.recovery.phases.back().sources;
    if (sources.empty())
        return m_studio.reportProblem(tr("A phase needs a text."), tr("adding a phase"), tr("Add a training text first."));
    m_phases->choose(int(taken.size()));
    m_studio.session().edit(tr("add a phase"), [&](Recipe& r) {
        r.recovery.phases.push_back({name.toStdString(), sources, 2, 20});
    });
}

QWidget* DataTab::makeEvaluation() {
    auto* section = new QWidget(this);
    auto* column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(wrappedHeading(tr("Texts that the result is judged by; the first is the headline"), section));
    m_texts = new ItemList(m_studio.session(), QStringLiteral("evaluationTexts"), tr("Texts of the evaluation"), tr("text"),
                           itemOps<RecipeText>([](Recipe& r) -> std::vector<RecipeText>& { return r.evaluation.texts; },
                                               [](const RecipeText& t) { return textTitle(t.name, t.path); },
                                               [](const RecipeText& t) { return QString::fromStdString(t.path); }, 1),
                           section);
    column->addWidget(m_texts);
    auto* fields = new QWidget(section);
    auto* rows = new QFormLayout(fields);
    rows->setContentsMargins(0, 0, 0, 0);
    auto* form = new RecipeForm(m_studio.session(), rows, fields);
    form->alignTo(tr("Steps a round"));
    form->setScope([this] { return QString::number(m_texts->current()); });
    addTextRows(*form, m_studio.dialogs(), QStringLiteral("evaluation"), "/evaluation/texts/*",
                [this](Recipe& r) -> RecipeText& { return chosenOf(r.evaluation.texts, m_texts->current()); });
    column->addWidget(fields);
    connect(m_texts, &ItemList::currentChanged, this, [fields, form](int index) {
        fields->setVisible(index >= 0);
        form->reload();
    });
    connect(m_texts, &ItemList::addWanted, this, [this] {
        m_studio.dialogs().openFile(this, tr("Add a text"), {}, tr("Texts (*.txt *.raw *.tokens);;All files (*)"),
                                    [this](const QString& path) { addText(path); });
    });
    fields->setVisible(m_texts->current() >= 0);
    return section;
}

void DataTab::addText(const QString& path) {
    const QString problem = textProblem(path);
    if (!problem.isEmpty()) return m_studio.reportProblem(problem, path, tr("Choose a text file."));
    RecipeText text;
    QStringList taken;
    for (const RecipeText& other : m_studio.session().recipe().evaluation.texts) taken << QString::fromStdString(other.name);
    text.name = freeName(QFileInfo(path).completeBaseName(), taken).toStdString();
    text.path = path.toStdString();
    text.maxWindows = 40;
    m_texts->choose(int(taken.size()));
    m_studio.session().edit(tr("add a text"), [&](Recipe& r) { r.evaluation.texts.push_back(text); });
}

QWidget* DataTab::makeTasks() {
    auto* section = new QWidget(this);
    auto* column = new QVBoxLayout(section);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(wrappedHeading(tr("Zero-shot tasks"), section));
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, section);
    form->alignTo(tr("Steps a round"));
    CheckedLine* folder = form->line(
        fieldOf(QStringLiteral("tasks"), tr("Folder"), "/evaluation/tasks"),
        [](Recipe& r) { return QString::fromStdString(r.evaluation.tasks); }, tasksProblem,
        [](Recipe& r, const QString& path) { r.evaluation.tasks = path.toStdString(); });
    folder->setTidy(typedPath);
    folder->line()->setPlaceholderText(tr("none"));
    folder->addBrowse(QStringLiteral("tasksBrowse"), tr("Looks for the folder of the task files"), [this, folder] {
        m_studio.dialogs().openFolder(this, tr("Folder of the task files"), folder->line()->text(),
                                      [folder](const QString& path) { folder->offer(path); });
    });
    form->integer(fieldOf(QStringLiteral("taskLimit"), tr("Questions"), "/evaluation/task_limit", tr("of each task")),
                  [](Recipe& r) -> int& { return r.evaluation.taskLimit; })
        ->setSpecialValueText(tr("all"));
    column->addLayout(rows);
    column->addWidget(makeMuted(
        tr("A folder with one JSON-lines file for each task: boolq, piqa, hellaswag, winogrande, arc_easy, arc_challenge, openbookqa. "
           "Leave it empty to measure none."),
        section));
    return section;
}

/// The use that has the field is chosen: the others' fields are not in sight.
void DataTab::showField(const QString& name) {
    for (std::size_t use = 0; use < m_sections.size(); ++use)
        if (m_sections[use]->findChild<QWidget*>(name)) choose(DataUse(use));
}

void DataTab::refresh() {
    const Recipe& recipe = m_studio.session().recipe();
    const std::vector<DataFile> files = dataFiles(recipe);
    std::vector<Row> rows = {{DataUse::Training, tr("Training"), {}, {}, {}},
                             {DataUse::Analysis, tr("Analysis"), {}, {}, {}},
                             {DataUse::Recovery, tr("Recovery"), {}, {}, {}},
                             {DataUse::Evaluation, tr("Evaluation"), {}, {}, {}},
                             {DataUse::Tasks, tr("Tasks"), {}, {}, {}}};
    for (Row& row : rows) {
        QStringList names, paths;
        double bytes = 0;
        bool missing = false;
        for (const DataFile& file : files) {
            if (file.use != row.use || paths.contains(file.path)) continue;
            names << (file.path.isEmpty() ? tr("held out of the training texts") : QFileInfo(file.path).fileName());
            paths << file.path;
            missing |= !file.path.isEmpty() && file.bytes < 0;
            bytes += double(std::max<qint64>(file.bytes, 0));
        }
        row.reads = names.isEmpty() ? (row.use == DataUse::Recovery && !recipe.recovery.enabled ? tr("off") : tr("nothing"))
                                    : names.join(QStringLiteral(", "));
        row.paths = paths.join(QLatin1Char('\n'));
        row.size = missing ? tr("not there") : bytes > 0 ? formatBytes(bytes) : QString();
    }
    m_rows->setRows(std::move(rows));
    const QStringList warnings = dataWarnings(recipe);
    m_warnings->setText(warnings.join(QLatin1Char('\n')));
    m_warnings->setVisible(!warnings.isEmpty());
}

}  // namespace lorashear::ui
