#include "ui/pages/sweep_dialog.h"

#include "core/io/atomic_file.h"
#include "core/prune/method_table.h"
#include "core/run/recipe_help.h"
#include "ui/controller/command_lines.h"
#include "ui/controller/studio.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kMethodLines = 8;

QStringList typedEntries(const QLineEdit& line) {
    static const QRegularExpression between(QStringLiteral("[\\s,;]+"));
    return line.text().split(between, Qt::SkipEmptyParts);
}

template <class N>
bool hasTwice(std::vector<N> numbers) {
    std::sort(numbers.begin(), numbers.end());
    return std::adjacent_find(numbers.begin(), numbers.end()) != numbers.end();
}

/// Per cent as typed; nothing if one is none, stands there twice or cannot be removed.
std::optional<std::vector<double>> ratiosOf(const QLineEdit& line) {
    std::vector<double> ratios;
    for (const QString& entry : typedEntries(line)) {
        bool number = false;
        const double ratio = entry.toDouble(&number) / 100;
        if (!number || !recipeSetting("/plan/ratio").range.holds(ratio)) return std::nullopt;
        ratios.push_back(ratio);
    }
    if (ratios.empty() || hasTwice(ratios)) return std::nullopt;
    return ratios;
}

std::optional<std::vector<std::uint64_t>> seedsOf(const QLineEdit& line) {
    std::vector<std::uint64_t> seeds;
    for (const QString& entry : typedEntries(line)) {
        bool number = false;
        seeds.push_back(entry.toULongLong(&number));
        if (!number) return std::nullopt;
    }
    if (seeds.empty() || hasTwice(seeds)) return std::nullopt;
    return seeds;
}

template <class T>
T* partNamed(T* widget, const char* objectName, const QString& accessibleName, const QString& toolTip) {
    widget->setObjectName(QString::fromLatin1(objectName));
    widget->setAccessibleName(accessibleName);
    widget->setToolTip(toolTip);
    widget->setAccessibleDescription(toolTip);
    return widget;
}

}  // namespace

SweepDialog::SweepDialog(Studio& studio, QWidget* parent) : QDialog(parent), m_studio(studio) {
    setObjectName(QStringLiteral("sweepDialog"));
    setWindowTitle(tr("Make a sweep"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* column = new QVBoxLayout(this);
    column->addWidget(makeMuted(
        tr("The recipe as it is now, with every method at every ratio with every seed. What is written is a bench: its "
           "table says what came of each."),
        this));
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    makeGrid(*form);
    makePlace(*form);
    column->addLayout(form);
    m_jobs = new QLabel(this);
    m_jobs->setObjectName(QStringLiteral("sweepJobs"));
    m_jobs->setWordWrap(true);
    column->addWidget(m_jobs);
    m_problem = makeProblem({}, this);
    m_problem->setObjectName(QStringLiteral("sweepProblem"));
    m_problem->hide();
    column->addWidget(m_problem);
    makeButtons(*column);
    describe();
    m_ratios->setFocus();
}

void SweepDialog::makeGrid(QFormLayout& form) {
    const Recipe& recipe = m_studio.session().recipe();
    m_methods = partNamed(new QListWidget(this), "sweepMethods", tr("Methods"), tr("Space ticks the current one"));
    for (const MethodInfo& method : methodTable()) {
        auto* item = new QListWidgetItem(coreText(method.title), m_methods);
        item->setData(Qt::UserRole, QString::fromStdString(method.id));
        item->setToolTip(coreText(method.help));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(method.id == recipe.method.id ? Qt::Checked : Qt::Unchecked);
        if (method.id == recipe.method.id) m_methods->setCurrentItem(item);
    }
    m_methods->setMinimumHeight(m_methods->sizeHintForRow(0) * kMethodLines);
    m_ratios = partNamed(new QLineEdit(this), "sweepRatios", tr("Removed, in per cent"),
                         tr("Shares of the parameters, with spaces or commas between them"));
    m_ratios->setText(QString::number(100 * recipe.plan.ratio, 'g', 6));
    m_seeds =
        partNamed(new QLineEdit(this), "sweepSeeds", tr("Seeds"), tr("Whole numbers, with spaces or commas between them"));
    m_seeds->setText(QString::number(recipe.seed));
    m_adapted = partNamed(
        new QCheckBox(tr("&Train the original as long, too"), this), "sweepAdapted", tr("Train the original as long, too"),
        tr("Once a seed: training on the texts helps the original as well, and pruned models are fairly held against that"));
    m_adapted->setChecked(true);
    form.addRow(tr("&Methods"), m_methods);
    form.addRow(tr("&Removed, %"), m_ratios);
    form.addRow(tr("&Seeds"), m_seeds);
    form.addRow(QString(), m_adapted);
    connect(m_methods, &QListWidget::itemChanged, this, &SweepDialog::describe);
    connect(m_ratios, &QLineEdit::textChanged, this, &SweepDialog::describe);
    connect(m_seeds, &QLineEdit::textChanged, this, &SweepDialog::describe);
    connect(m_adapted, &QCheckBox::toggled, this, &SweepDialog::describe);
}

void SweepDialog::makePlace(QFormLayout& form) {
    const QString model = QDir(QString::fromStdString(m_studio.session().recipe().model.path)).dirName();
    m_folder = partNamed(new QLineEdit(this), "sweepFolder", tr("Folder"), tr("Where spec, recipe and script are written"));
    m_folder->setText(QDir(m_studio.settings().lastFolder()).filePath(QStringLiteral("sweep-") + model));
    m_folder->setMinimumWidth(fontMetrics().averageCharWidth() * 56);
    connect(m_folder, &QLineEdit::textChanged, this, &SweepDialog::describe);
    QPushButton* choose = makeButton(QStringLiteral("sweepBrowse"), tr("&Choose…"), tr("Chooses the folder"), this);
    connect(choose, &QPushButton::clicked, this, &SweepDialog::browse);
    auto* row = new QHBoxLayout;
    row->addWidget(m_folder, 1);
    row->addWidget(choose);
    auto* label = new QLabel(tr("&Into folder"), this);
    label->setBuddy(m_folder);
    form.addRow(label, row);
    m_here = partNamed(new QLineEdit(this), "sweepCommand", tr("Command for this machine"),
                       tr("Carries all jobs out here; the same command goes on after a stop"));
    m_batch = partNamed(new QLineEdit(this), "sweepBatch", tr("Command for a batch system"),
                        tr("A Slurm array: each task takes jobs until none is left; all nodes must see the folder"));
    for (QLineEdit* line : {m_here, m_batch}) line->setReadOnly(true);
    form.addRow(tr("On t&his machine"), m_here);
    form.addRow(tr("By S&lurm"), m_batch);
}

void SweepDialog::makeButtons(QVBoxLayout& column) {
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    m_copy = makeButton(QStringLiteral("sweepCopy"), tr("Co&py command"),
                        tr("The one for this machine, once the files are written"), this);
    m_copy->setEnabled(false);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(command()); });
    row->addWidget(m_copy);
    QPushButton* close = makeButton(QStringLiteral("sweepClose"), tr("Close"), tr("What was written stays (Escape)"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    row->addWidget(close);
    m_write = makeButton(QStringLiteral("sweepWrite"), tr("&Write"),
                         tr("Writes the spec, the recipe and the script, once nothing in them is refused"), this, true);
    m_write->setDefault(true);
    connect(m_write, &QPushButton::clicked, this, &SweepDialog::write);
    row->addWidget(m_write);
    column.addLayout(row);
}

void SweepDialog::browse() {
    m_studio.dialogs().openFolder(this, tr("Where to write the sweep"), m_folder->text(),
                                  [this](const QString& folder) { m_folder->setText(folder); });
}

std::optional<Sweep> SweepDialog::sweep() const {
    Sweep sweep;
    for (int i = 0; i < m_methods->count(); ++i)
        if (m_methods->item(i)->checkState() == Qt::Checked)
            sweep.methods.push_back(m_methods->item(i)->data(Qt::UserRole).toString().toStdString());
    const auto ratios = ratiosOf(*m_ratios);
    const auto seeds = seedsOf(*m_seeds);
    if (sweep.methods.empty() || !ratios || !seeds) return std::nullopt;
    sweep.ratios = *ratios, sweep.seeds = *seeds;
    sweep.adaptedDense = m_adapted->isChecked();
    return sweep;
}

QString SweepDialog::command() const {
    const SweepFiles files = sweepFiles(m_folder->text().toStdString());
    return QStringLiteral("lorashear bench %1 --out %2")
        .arg(shellWord(QString::fromStdString(files.spec.string())),
             shellWord(QString::fromStdString(files.results.string())));
}

QString SweepDialog::whyNot() const {
    if (!m_studio.session().problems().empty()) return tr("A field of the recipe is wrong: mend it first.");
    if (!ratiosOf(*m_ratios)) return tr("Removed: numbers between 0 and 100, each once.");
    if (!seedsOf(*m_seeds)) return tr("Seeds: whole numbers from 0, each once.");
    if (!sweep()) return tr("Tick at least one method.");
    return m_folder->text().trimmed().isEmpty() ? tr("Name a folder.") : QString();
}

void SweepDialog::describe() {
    const QString why = whyNot();
    m_problem->setText(why);
    m_problem->setVisible(!why.isEmpty());
    m_write->setEnabled(why.isEmpty());
    m_copy->setEnabled(false);  // of what is not written yet
    const auto grid = sweep();
    m_jobs->setVisible(grid.has_value());
    if (grid)
        m_jobs->setText((grid->adaptedDense ? tr("%1 jobs: methods %2 × ratios %3 × seeds %4, and the original once a seed")
                                            : tr("%1 jobs: methods %2 × ratios %3 × seeds %4"))
                            .arg(jobsOf(*grid))
                            .arg(grid->methods.size())
                            .arg(grid->ratios.size())
                            .arg(grid->seeds.size()));
    m_here->setText(command());
    m_here->setCursorPosition(0);
    const SweepFiles files = sweepFiles(m_folder->text().toStdString());
    m_batch->setText(QStringLiteral("sbatch %1").arg(shellWord(QString::fromStdString(files.script.string()))));
    m_batch->setCursorPosition(0);
}

/// On a thread of its own: texts are looked through for what they share, and may be long.
void SweepDialog::write() {
    const auto grid = sweep();
    if (!grid) return;
    m_write->setEnabled(false);
    const std::string folder = m_folder->text().toStdString(),
                      example = (resourcesFolder() + QStringLiteral("/bench/slurm-array.sh")).toStdString();
    m_writing = std::jthread([this, grid = *grid, folder, example, recipe = m_studio.session().recipe()] {
        QString problem;
        try {
            writeSweep(folder, recipe, grid, readFile(example));
        } catch (const Error& error) {
            problem =
                QString::fromStdString(error.subject().empty() ? error.message() : error.subject() + ": " + error.message());
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(
            this, [this, problem] { written(problem); }, Qt::QueuedConnection);
    });
}

void SweepDialog::written(const QString& problem) {
    m_write->setEnabled(true);
    m_problem->setVisible(!problem.isEmpty());
    m_problem->setText(problem);
    m_copy->setEnabled(problem.isEmpty());
    if (!problem.isEmpty()) return;
    m_copy->setFocus();
    m_jobs->setText(tr("Written: sweep.json, recipe.json and slurm-array.sh"));
    Q_EMIT m_studio.noticed(tr("Sweep written to %1").arg(m_folder->text()));
}

}  // namespace lorashear::ui
