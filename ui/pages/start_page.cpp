#include "ui/pages/start_page.h"

#include "ui/controller/command_lines.h"
#include "ui/controller/data_uses.h"
#include "ui/controller/recent_places.h"
#include "ui/controller/studio.h"
#include "ui/theme/format.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/type_size.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPixmap>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QStyle>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr QSize kThumbnail(64, 40);
constexpr int kLeastTableLines = 9;
constexpr int kChoices = 46;  ///< characters

/// Takes the rest of the height, and asks for no more than its minimum.
class ShortList : public QListWidget {
public:
    using QListWidget::QListWidget;
    QSize sizeHint() const override { return {QListWidget::sizeHint().width(), minimumHeight()}; }
};

}  // namespace

StartPage::StartPage(Studio& studio, QWidget* parent) : Page(studio, QStringLiteral("model"), parent) {
    m_layers = new RowTable<LayerRow>(
        {
            {tr("Block"), [](const LayerRow& r) { return formatInteger(r.layer); }, true},
            {tr("Query heads"), [](const LayerRow& r) { return formatInteger(r.shape.heads); }, true},
            {tr("KV heads"), [](const LayerRow& r) { return formatInteger(r.shape.kvHeads); }, true},
            {tr("Queries per KV head"),
             [](const LayerRow& r) { return formatInteger(r.shape.kvHeads ? r.shape.heads / r.shape.kvHeads : 0); }, true},
            {tr("MLP neurons"), [](const LayerRow& r) { return formatInteger(r.shape.intermediate); }, true},
            {QString(), [](const LayerRow&) { return QString(); }},
        },
        this);
    m_places = new RecentPlaces(this);
    connect(m_places, &RecentPlaces::changed, this, &StartPage::fillRecents);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(20, 16, 20, 12);
    row->setSpacing(20);
    row->addWidget(makeChoices());
    m_right = new QStackedWidget(this);
    m_right->addWidget(
        makeReadable(makeScrolled(makeWelcome(), m_right), QStringLiteral("welcome"), tr("What the program does")));
    m_right->addWidget(makeScrolled(makeFacts(), m_right));
    row->addWidget(m_right, 1);
    connect(&m_studio.session(), &Session::modelChanged, this, &StartPage::refreshWhenVisible);
    connect(&m_studio.session(), &Session::recipeChanged, this, &StartPage::refreshWhenVisible);
    connect(&m_studio.project(), &Project::stored, this, &StartPage::refreshWhenVisible, Qt::QueuedConnection);
}

QWidget* StartPage::makeChoices() {
    auto* side = new QWidget(this);
    m_choices = makeScrolled(side, this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(makeTitle(tr("Model"), side));

    auto* demo = new QVBoxLayout;
    demo->addWidget(makeHeading(tr("Bundled: stories260K"), side));
    demo->addWidget(makeMuted(
        tr("A real trained LLaMA that tells children's stories: 260 thousand parameters, grouped-query attention, 1 MB. "
           "Everything can be tried on it in minutes."),
        side));
    m_bundled = makeButton(QStringLiteral("openBundled"), tr("Open the bundled model"), tr("Opens stories260K"), side);
    m_bundled->setEnabled(!bundledModel().isEmpty());
    connect(m_bundled, &QPushButton::clicked, this, [this] { m_studio.open(bundledModel()); });
    demo->addWidget(m_bundled);
    if (!smolModel().isEmpty()) {
        demo->addWidget(
            makeMuted(tr("SmolLM2-135M-Instruct is on this machine too: 135 million parameters, a 98 MB GGUF file."), side));
        QPushButton* smol = makeButton(QStringLiteral("openSmol"), tr("Open SmolLM2-135M"),
                                       tr("Opens the GGUF file that get-smollm2.sh brought"), side);
        connect(smol, &QPushButton::clicked, this, [this] { m_studio.open(smolModel()); });
        demo->addWidget(smol);
    }
    column->addWidget(makeCard(side, demo));

    auto* own = new QVBoxLayout;
    own->addWidget(makeHeading(tr("Your own"), side));
    own->addWidget(makeMuted(
        tr("A Hugging Face folder with config.json and model.safetensors, or a GGUF file. Or drop a model, a run folder or a recipe anywhere on "
           "this window."),
        side));
    QPushButton* folder = makeButton(QStringLiteral("openFolder"), tr("Open…"),
                                     tr("A model, a run or a recipe, file or folder (Ctrl+O)"), side);
    connect(folder, &QPushButton::clicked, this, [this] { m_studio.askForAny(this); });
    own->addWidget(folder);
    QPushButton* file = makeButton(QStringLiteral("openGguf"), tr("Open a GGUF file…"),
                                   tr("A model of llama.cpp; the manual lists which (Model families)"), side);
    connect(file, &QPushButton::clicked, this, [this] {
        m_studio.dialogs().openFile(this, tr("Open a GGUF file"), m_studio.settings().lastFolder(),
                                    tr("GGUF models (*.gguf)"), [this](const QString& path) { m_studio.open(path); });
    });
    own->addWidget(file);
    column->addWidget(makeCard(side, own));

    const auto addRecent = [&](const QString& heading, const QString& name, QLabel** title = nullptr) {
        QLabel* label = makeHeading(heading, side);
        if (title) *title = label;
        auto* list = new ShortList(side);
        list->setObjectName(name);
        list->setAccessibleName(heading);
        list->setTextElideMode(Qt::ElideMiddle);
        list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        whenTypeChanges(*list, [list] { list->setMinimumHeight(list->fontMetrics().height() * 3); });
        label->setBuddy(list);
        connect(list, &QListWidget::itemActivated, this,
                [this](QListWidgetItem* item) { m_studio.open(item->data(Qt::UserRole).toString()); });
        column->addWidget(label);
        column->addWidget(list, 1);
        return list;
    };
    m_projects = addRecent(tr("Recent projects"), QStringLiteral("recentProjects"), &m_projectsTitle);
    m_projects->setIconSize(kThumbnail);
    m_models = addRecent(tr("Recent models"), QStringLiteral("recentModels"));
    m_runs = addRecent(tr("Recent runs"), QStringLiteral("recentRuns"));
    whenTypeChanges(*m_choices, [this] { fitChoices(); });
    return m_choices;
}

/// No narrower than its buttons.
void StartPage::fitChoices() {
    const int usual = kChoices * m_choices->fontMetrics().averageCharWidth();
    m_choices->setFixedWidth(std::max(usual, m_choices->widget()->minimumSizeHint().width()) +
                             style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, m_choices));
}

void StartPage::takeFocus() {
    if (!m_studio.session().model() && m_bundled->isEnabled()) m_bundled->setFocus(Qt::OtherFocusReason);
}

QWidget* StartPage::makeWelcome() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    QLabel* title = makeTitle(tr("Make a language model smaller, and see what goes"), page);
    title->setWordWrap(true);  // on a projector one line of it is wider than half the window
    column->addWidget(title);
    column->addWidget(makeMuted(
        tr("LoRAShear Studio removes whole heads and neurons from a model while it trains a small adapter, then lets the "
           "rest learn again what was lost. Nine pages, at the left:"),
        page));
    const QStringList steps = {
        tr("Model: open one and look at its sizes."),
        tr("Graph: what the traced forward pass looks like, and which rows and columns must go together."),
        tr("Knowledge: measure where the model keeps what it knows; the most telling parts are protected."),
        tr("Plan: say how much shall go, and from where. The answer is immediate."),
        tr("Run: watch loss, perplexity and groups turning to zero. Pause and cancel at any time."),
        tr("Compare: size, speed, perplexity and two stories side by side."),
        tr("Recover: what each text lost, and how the rest learns it again."),
        tr("Export: a folder that other programs load, with a certificate."),
        tr("Runs: every run beside every other."),
    };
    auto* list = new QVBoxLayout;
    list->setSpacing(9);
    for (int i = 0; i < steps.size(); ++i) {
        auto* label = new QLabel(tr("%1   %2").arg(i + 1).arg(steps[i]), page);
        label->setWordWrap(true);
        list->addWidget(label);
    }
    column->addSpacing(6);
    column->addWidget(makeCard(page, list));
    column->addStretch(1);
    return page;
}

QWidget* StartPage::makeFacts() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_name = makeTitle({}, page);
    m_name->setObjectName(QStringLiteral("modelName"));
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // names of files may be long; the tip has the path
    column->addWidget(m_name);
    auto* figures = new FlowLayout(28);
    m_parameters = addFigure(figures, QStringLiteral("modelParameters"), tr("parameters"), page);
    m_bytes = addFigure(figures, QStringLiteral("modelBytes"), tr("weights on disk"), page);
    m_hidden = addFigure(figures, QStringLiteral("modelHidden"), tr("hidden size"), page);
    m_vocabulary = addFigure(figures, QStringLiteral("modelVocabulary"), tr("vocabulary"), page);
    column->addWidget(makeCard(page, figures));
    m_details = makeMuted({}, page);
    m_details->setObjectName(QStringLiteral("modelDetails"));
    column->addWidget(m_details);
    m_texts = makeWarning({}, page);
    m_texts->setObjectName(QStringLiteral("modelTexts"));
    column->addWidget(m_texts);
    column->addWidget(makeHeading(tr("Blocks"), page));
    QTableView* table = makeTable(QStringLiteral("layerTable"), tr("Sizes of every block"), m_layers, page);
    table->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    whenTypeChanges(*table, [table] { table->setMinimumHeight(table->fontMetrics().height() * kLeastTableLines); });
    column->addWidget(table, 1);
    auto* next = new QHBoxLayout;
    next->addStretch(1);
    next->addWidget(new CommandButton(
        QStringLiteral("copyInspectCommand"), tr("Copies the command that prints sizes and node groups of this model"),
        m_studio, [this](QString*) { return inspectCommand(m_studio.session()); }, page));
    QPushButton* graph =
        makeButton(QStringLiteral("toGraph"), tr("Look at the graph"), tr("Goes to the Graph page (Ctrl+2)"), page);
    connect(graph, &QPushButton::clicked, this, [this] { Q_EMIT m_studio.pageWanted(QStringLiteral("graph")); });
    next->addWidget(graph);
    column->addLayout(next);
    return page;
}

/// What is not known of a place yet is not said: it can be opened, and the answer comes then.
void StartPage::fillRecents() {
    const auto fill = [this](QListWidget* list, const QStringList& paths, const QString& nothing) {
        list->clear();
        for (const QString& path : paths) {
            const RecentPlace* known = m_places->known(path);
            const bool gone = known && !known->there;
            const QString name = QDir(path).dirName();
            auto* item = new QListWidgetItem(gone ? tr("%1 (gone)").arg(name) : name, list);
            item->setData(Qt::UserRole, path);
            item->setToolTip(path);
            if (gone) item->setFlags(Qt::NoItemFlags);
        }
        if (!paths.isEmpty()) return;
        auto* item = new QListWidgetItem(nothing, list);
        item->setFlags(Qt::NoItemFlags);
    };
    fillProjects();
    fill(m_models, m_studio.settings().recentModels(), tr("None yet"));
    fill(m_runs, m_studio.settings().recentRuns(), tr("None yet"));
}

void StartPage::refresh() {
    fitChoices();
    fillRecents();
    const Settings& settings = m_studio.settings();
    m_places->look(settings.recentProjects(), settings.recentModels() + settings.recentRuns());
    const auto& model = m_studio.session().model();
    m_right->setCurrentIndex(model ? 1 : 0);
    if (!model) return;
    const ModelConfig& config = model->config;
    m_name->setText(QDir(QString::fromStdString(model->path)).dirName());
    m_name->setToolTip(QString::fromStdString(model->path));
    m_parameters->setText(formatCount(double(model->parameters)));
    m_parameters->setToolTip(tr("%1 parameters, embeddings included").arg(formatInteger(model->parameters)));
    m_bytes->setText(formatBytes(double(model->weightBytes)));
    m_hidden->setText(formatInteger(config.hidden));
    m_vocabulary->setText(formatInteger(config.vocabulary));
    m_details->setText(tr("Family %1, head size %2, up to %3 positions, stored as %4, %5 output head. Tokenizer: %6.")
                           .arg(QString::fromStdString(config.family), formatInteger(config.headDim),
                                formatInteger(config.maxPositions), QString::fromStdString(config.dtype),
                                config.tiedHead ? tr("tied") : tr("own"), QString::fromStdString(model->tokenizer)));
    const QStringList warnings = dataWarnings(m_studio.session().recipe());
    m_texts->setVisible(!warnings.isEmpty());
    m_texts->setText(warnings.isEmpty()
                         ? QString()
                         : tr("%1 Texts are chosen on the Plan page, under Data.").arg(warnings.join(QLatin1Char(' '))));
    std::vector<LayerRow> rows;
    rows.reserve(config.layers.size());
    for (int i = 0; i < int(config.layers.size()); ++i) rows.push_back({i, config.layers[std::size_t(i)]});
    m_layers->setRows(std::move(rows));
}

/// With what a person knows one by: its name, model and date, and how it looked.
void StartPage::fillProjects() {
    m_projects->clear();
    for (const QString& folder : m_studio.settings().recentProjects()) {
        auto* item = new QListWidgetItem(QFileInfo(folder).completeBaseName(), m_projects);
        item->setData(Qt::UserRole, folder);
        item->setToolTip(folder);
        const RecentPlace* known = m_places->known(folder);
        if (!known) continue;
        if (!known->problem.isEmpty()) {
            item->setText((known->there ? tr("%1 (cannot be read)") : tr("%1 (gone)")).arg(item->text()));
            item->setToolTip(known->problem);
            item->setFlags(Qt::NoItemFlags);
            continue;
        }
        item->setText(tr("%1\n%2 · %3")
                          .arg(item->text(), known->model.isEmpty() ? tr("no model") : QDir(known->model).dirName(),
                               QLocale().toString(known->at, QLocale::ShortFormat)));
        if (!known->look.isNull()) item->setIcon(QIcon(QPixmap::fromImage(known->look)));
    }
    const bool some = m_projects->count() > 0;
    m_projects->setVisible(some);
    m_projectsTitle->setVisible(some);
}

StageState StartPage::state() const {
    return m_studio.session().model() ? StageState::Done : StageState::Open;
}

}  // namespace lorashear::ui
