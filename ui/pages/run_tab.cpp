#include "ui/pages/run_tab.h"

#include "core/export/formats.h"
#include "ui/controller/studio.h"
#include "ui/figures/figure_walk.h"
#include "ui/theme/format.h"
#include "ui/widgets/item_list.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/recipe_form.h"
#include "ui/widgets/type_size.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QFormLayout>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kTargetColumns = 3;

bool holds(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

QString exportTitle(const Recipe::Export& wanted) {
    const auto& formats = exportFormats();
    const auto at =
        std::find_if(formats.begin(), formats.end(), [&](const ExportFormat& format) { return format.id == wanted.format; });
    const QString type =
        wanted.dtype == "source" ? RunTab::tr("stored as the original") : QString::fromStdString(wanted.dtype);
    return RunTab::tr("%1, %2").arg(coreText(at == formats.end() ? wanted.format : at->title), type);
}

}  // namespace

std::vector<std::string> linearNames(const Structure& structure) {
    std::vector<std::string> names;
    for (const TraceNode& node : structure.graph.nodes) {
        if (node.layer < 0 || node.vertexClass != VertexClass::Stem || node.parameters.empty()) continue;
        const std::string last = node.scope.substr(node.scope.rfind('.') + 1);
        if (!last.empty() && !holds(names, last)) names.push_back(last);
    }
    return names;
}

RunTab::RunTab(Studio& studio, QWidget* parent)
    : QWidget(parent),
      m_studio(studio),
      m_speed(makeMuted({}, this)),
      m_targetProblem(makeProblem({}, this)),
      m_measure(makeButton(QStringLiteral("measureMachine"), tr("Measure"),
                           tr("Times one product of each kind on these threads, a fraction of a second"), this)) {
    m_measure->setAccessibleName(tr("Measure how fast this machine computes"));
    m_speed->setObjectName(QStringLiteral("machineSpeed"));
    // Forms do not ask wrapped labels how high they are.
    whenTypeChanges(*m_speed, [this] { m_speed->setMinimumHeight(4 * m_speed->fontMetrics().lineSpacing()); });
    m_targetProblem->setObjectName(QStringLiteral("targetProblem"));
    m_targetProblem->hide();
    auto* column = new QVBoxLayout(this);
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, this);
    form->alignTo(tr("Sample begins"));
    addMachineRows(*form);
    column->addLayout(rows);
    column->addWidget(makeHeading(tr("Adapters sit on"), this));
    column->addWidget(makeTargets());
    column->addWidget(m_targetProblem);
    column->addWidget(makeHeading(tr("Written at the end"), this));
    column->addWidget(makeExports());
    column->addWidget(makeHeading(tr("Measured beside perplexity"), this));
    auto* more = new QFormLayout;
    auto* after = new RecipeForm(m_studio.session(), more, this);
    after->alignTo(tr("Sample begins"));
    after->flag(fieldOf(QStringLiteral("measureSpeed"), tr("Speed, before and after"), "/evaluation/speed"),
                [](Recipe& r) -> bool& { return r.evaluation.speed; });
    after->line(
        fieldOf(QStringLiteral("samplePrompt"), tr("Sample begins"), "/evaluation/prompt"),
        [](Recipe& r) { return QString::fromStdString(r.evaluation.prompt); }, {},
        [](Recipe& r, const QString& prompt) { r.evaluation.prompt = prompt.toStdString(); });
    after
        ->integer(fieldOf(QStringLiteral("sampleTokens"), tr("Sample text"), "/evaluation/sample_tokens"),
                  [](Recipe& r) -> int& { return r.evaluation.sampleTokens; })
        ->setSpecialValueText(tr("none"));
    column->addLayout(more);
    column->addStretch(1);
    connect(m_measure, &QPushButton::clicked, &m_studio, &Studio::measureMachine);
    connect(&m_studio, &Studio::machineMeasured, this, &RunTab::showSpeed);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &RunTab::showSpeed);
    connect(&m_studio.session(), &Session::recipeChanged, this, [this] { showSpeed(), fillTargets(); });
    connect(&m_studio.session(), &Session::structureChanged, this, &RunTab::fillTargets);
    showSpeed();
    fillTargets();
}

void RunTab::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (walkingFigures()) return;
    if (!m_studio.machineSpeed() && m_studio.session().structure()) m_studio.measureMachine();
}

void RunTab::addMachineRows(RecipeForm& form) {
    form.line(
        fieldOf(QStringLiteral("runSeed"), tr("Seed"), "/seed"), [](Recipe& r) { return QString::number(r.seed); },
        [](const QString& entry) {
            bool whole = false;
            entry.toULongLong(&whole);
            return whole ? QString() : tr("A seed is a whole number from 0 to 18446744073709551615.");
        },
        [](Recipe& r, const QString& entry) { r.seed = entry.toULongLong(); });
    form.integer(fieldOf(QStringLiteral("threads"), tr("Threads"), "/threads"), [](Recipe& r) -> int& { return r.threads; })
        ->setSpecialValueText(tr("all cores"));
    form.choice(fieldOf(QStringLiteral("compute"), tr("Arithmetic"), "/compute"),
                {{tr("fp32"), "fp32"}, {tr("mixed: bf16 with fp32 sums"), "mixed"}},
                [](Recipe& r) -> std::string& { return r.compute; });
    auto* speed = new QWidget(this);
    auto* row = new QHBoxLayout(speed);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_speed, 1);
    row->addWidget(m_measure, 0, Qt::AlignTop);
    form.addWide(speed);
    CheckedLine* device = form.line(
        fieldOf(QStringLiteral("device"), tr("Device"), "/device"),
        [](Recipe& r) { return QString::fromStdString(r.device); },
        [](const QString& entry) {
            static const QRegularExpression kDevice(QStringLiteral("^(cpu|cuda|cuda:[0-9]{1,3})$"));
            return kDevice.match(entry).hasMatch() ? QString()
                                                   : tr("A device is cpu, cuda or cuda:N, with the number of the GPU.");
        },
        [](Recipe& r, const QString& entry) { r.device = entry.toStdString(); });
    device->line()->setCompleter(new QCompleter(
        {QStringLiteral("cpu"), QStringLiteral("cuda"), QStringLiteral("cuda:0"), QStringLiteral("cuda:1")}, device));
}

void RunTab::showSpeed() {
    const auto& speed = m_studio.machineSpeed();
    m_measure->setEnabled(!m_studio.engine().working());
    if (!speed) return m_speed->setText(tr("Not measured yet whether mixed is faster here."));
    QString text =
        tr("Measured on %1 threads: fp32 %2, bf16 %3 GFLOPS. Mixed %4.")
            .arg(formatInteger(speed->threads), formatNumber(speed->fp32Gflops, 3), formatNumber(speed->bf16Gflops, 3),
                 speed->mixedPays ? tr("pays here") : tr("does not pay here"));
    text += QLatin1Char(' ') + (speed->cudaProblem.isEmpty() ? tr("A GPU can be used.") : tr("No GPU can be used."));
    m_speed->setText(text);
    m_speed->setToolTip(speed->cudaProblem);
}

QWidget* RunTab::makeTargets() {
    auto* grid = new QWidget(this);
    m_targets = new QGridLayout(grid);
    m_targets->setContentsMargins(0, 0, 0, 0);
    m_targets->setVerticalSpacing(4);
    return grid;
}

void RunTab::fillTargets() {
    const Recipe& recipe = m_studio.session().recipe();
    const auto& structure = m_studio.session().structure();
    const std::vector<std::string> known = structure ? linearNames(*structure) : std::vector<std::string>{};
    std::vector<std::string> names = known;
    for (const std::string& target : recipe.lora.targets)
        if (!holds(names, target)) names.push_back(target);
    const bool same =
        names.size() == m_boxes.size() &&
        std::equal(names.begin(), names.end(), m_boxes.begin(), [](const std::string& name, const QCheckBox* box) {
            return box->property("target").toString().toStdString() == name;
        });
    if (!same) {
        for (QCheckBox* box : std::exchange(m_boxes, {})) box->hide(), box->deleteLater();
        for (const std::string& name : names) {
            const QString shown = QString::fromStdString(name);
            auto* box = new QCheckBox(shown, this);
            box->setObjectName(QStringLiteral("target_") + shown);
            box->setProperty("target", shown);
            box->setAccessibleName(tr("Adapter on %1").arg(shown));
            m_targets->addWidget(box, int(m_boxes.size()) / kTargetColumns, int(m_boxes.size()) % kTargetColumns);
            connect(box, &QCheckBox::clicked, this, [this, name](bool on) { setTarget(name, on); });
            m_boxes.push_back(box);
        }
    }
    const QString help = fieldOf({}, {}, "/lora/targets").toolTip;
    for (QCheckBox* box : m_boxes) {
        const std::string name = box->property("target").toString().toStdString();
        box->setChecked(recipe.lora.targets.empty() || holds(recipe.lora.targets, name));
        box->setToolTip(
            structure && !holds(known, name)
                ? tr("This model has no linear called %1: the run would be refused.").arg(QString::fromStdString(name))
                : help);
    }
    m_targetProblem->hide();
}

void RunTab::setTarget(const std::string& name, bool on) {
    std::vector<std::string> chosen;
    for (const QCheckBox* box : m_boxes) {
        const std::string other = box->property("target").toString().toStdString();
        if (other == name ? on : box->isChecked()) chosen.push_back(other);
    }
    if (chosen.empty()) {
        fillTargets();
        m_targetProblem->setText(tr("At least one linear must carry an adapter, or nothing could be trained."));
        return m_targetProblem->show();
    }
    const auto& structure = m_studio.session().structure();
    const bool all = structure && chosen == linearNames(*structure);
    m_studio.session().edit(tr("where adapters sit"),
                            [&](Recipe& r) { r.lora.targets = all ? std::vector<std::string>{} : chosen; });
    fillTargets();
}

Recipe::Export& RunTab::chosenExport(Recipe& recipe) const {
    static thread_local Recipe::Export none;
    const int at = m_exports->current();
    return at >= 0 && at < int(recipe.exports.size()) ? recipe.exports[std::size_t(at)] : none;
}

QWidget* RunTab::makeExports() {
    auto* whole = new QWidget(this);
    auto* column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    m_exports = new ItemList(m_studio.session(), QStringLiteral("exports"), tr("Exports that the run writes at its end"),
                             tr("export"),
                             itemOps<Recipe::Export>([](Recipe& r) -> std::vector<Recipe::Export>& { return r.exports; },
                                                     exportTitle, exportTitle),
                             whole);
    column->addWidget(m_exports);
    auto* fields = new QWidget(whole);
    auto* rows = new QFormLayout(fields);
    rows->setContentsMargins(0, 0, 0, 0);
    auto* form = new RecipeForm(m_studio.session(), rows, fields);
    form->alignTo(tr("Sample begins"));
    form->setScope([this] { return QString::number(m_exports->current()); });
    m_format = new QComboBox;
    m_type = new QComboBox;
    m_format->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);  // long titles do not widen the tab
    m_format->setMinimumContentsLength(16);
    for (const ExportFormat& format : exportFormats()) {
        m_format->addItem(coreText(format.title), QString::fromStdString(format.id));
        m_format->setItemData(m_format->count() - 1, coreText(format.help), Qt::ToolTipRole);
    }
    const RecipeForm::Field format = fieldOf(QStringLiteral("exportsFormat"), tr("Format"), "/exports/*/format");
    const RecipeForm::Field type = fieldOf(QStringLiteral("exportsType"), tr("Stored as"), "/exports/*/dtype");
    form->add(format, m_format, [this](const Recipe& recipe) {
        Recipe copy = recipe;
        m_format->setCurrentIndex(m_format->findData(QString::fromStdString(chosenExport(copy).format)));
    });
    form->add(type, m_type, [this](const Recipe&) { fillTypes(); });
    connect(m_format, &QComboBox::activated, this, [this, form, format](int index) {
        const std::string id = m_format->itemData(index).toString().toStdString();
        form->edit(format, [&](Recipe& r) {
            Recipe::Export& chosen = chosenExport(r);
            chosen.format = id;
            if (!holds(exportFormat(id).dtypes, chosen.dtype))
                chosen.dtype = "source";  // not every format stores every type
        });
    });
    connect(m_type, &QComboBox::activated, this, [this, form, type](int index) {
        form->edit(type, [&](Recipe& r) { chosenExport(r).dtype = m_type->itemData(index).toString().toStdString(); });
    });
    column->addWidget(fields);
    connect(m_exports, &ItemList::currentChanged, this, [fields, form](int index) {
        fields->setVisible(index >= 0);
        form->reload();
    });
    connect(m_exports, &ItemList::addWanted, this, [this] {
        m_exports->choose(int(m_studio.session().recipe().exports.size()));
        m_studio.session().edit(tr("add an export"), [](Recipe& r) { r.exports.push_back({}); });
    });
    fields->setVisible(m_exports->current() >= 0);
    return whole;
}

void RunTab::fillTypes() {
    Recipe recipe = m_studio.session().recipe();
    const Recipe::Export& chosen = chosenExport(recipe);
    m_type->clear();
    for (const ExportFormat& format : exportFormats())
        if (format.id == chosen.format)
            for (const std::string& type : format.dtypes)
                m_type->addItem(type == "source" ? tr("the original's type") : QString::fromStdString(type),
                                QString::fromStdString(type));
    m_type->setCurrentIndex(m_type->findData(QString::fromStdString(chosen.dtype)));
}

}  // namespace lorashear::ui
