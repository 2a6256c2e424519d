#include "ui/pages/export_page.h"

#include "core/export/formats.h"
#include "ui/controller/command_lines.h"
#include "ui/controller/format_facts.h"
#include "ui/controller/studio.h"
#include "ui/models/table_text.h"
#include "ui/pages/format_guide.h"
#include "ui/pages/formats_table.h"
#include "ui/pages/sweep_dialog.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/pieces.h"

#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kLeastLines = 10;  ///< of the guide: fewer are not worth their place
constexpr int kCardFrame = 3;    ///< border of a card and of what is read in it

/// Of an item of a layout as wide as this, by what it asks for and not by what it has now.
int heightOf(const QLayoutItem& item, int width) {
    return item.hasHeightForWidth() ? item.heightForWidth(width) : item.sizeHint().height();
}

}  // namespace

ExportPage::ExportPage(Studio& studio, QWidget* parent) : Page(studio, QStringLiteral("export"), parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(10);
    auto* head = new QHBoxLayout;
    head->addWidget(makeTitle(tr("Export"), this));
    m_summary = makeMuted({}, this);
    m_summary->setObjectName(QStringLiteral("exportSummary"));
    head->addWidget(m_summary, 1);
    QPushButton* sweep = makeButton(QStringLiteral("makeSweep"), tr("Make sweep…"),
                                    tr("A grid of methods, ratios and seeds over this recipe, for a batch system"), this);
    connect(sweep, &QPushButton::clicked, this, [this] { (new SweepDialog(m_studio, window()))->open(); });
    head->addWidget(sweep);
    head->addWidget(nextButton());
    column->addLayout(head);
    auto* body = new QHBoxLayout;
    body->setSpacing(14);
    body->addWidget(makeForm(), 1);
    body->addWidget(makeCertificate(), 1);
    column->addLayout(body);
    column->addWidget(m_formats = makeFormats());
    column->addWidget(m_guideCard = makeGuide(), 100);  // as tall as it may
    column->addStretch(1);
    m_fit.setSingleShot(true);
    m_fit.setInterval(0);
    connect(&m_fit, &QTimer::timeout, this, &ExportPage::fitGuide);
    connect(&m_studio.session(), &Session::runChanged, this, &ExportPage::refreshWhenVisible);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &ExportPage::refreshWhenVisible);
}

QWidget* ExportPage::makeForm() {
    auto* column = new QVBoxLayout;
    QFrame* card = makeCard(this, column);
    column->addWidget(makeHeading(tr("Write the result"), card));
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    const auto addRow = [&](const QString& label, QWidget* field, const char* name, const QString& toolTip) {
        field->setObjectName(QString::fromLatin1(name));
        field->setAccessibleName(label);
        field->setToolTip(toolTip);
        auto* words = new QLabel(label, card);
        words->setBuddy(field);
        form->addRow(words, field);
    };
    m_format = new QComboBox(card);
    for (const ExportFormat& format : exportFormats())
        m_format->addItem(coreText(format.title), QString::fromStdString(format.id));
    addRow(tr("Format"), m_format, "exportFormat", {});
    m_dtype = new QComboBox(card);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportPage::showFormat);
    addRow(tr("Numbers stored as"), m_dtype, "exportType", tr("Type of the stored weights"));
    connect(m_dtype, &QComboBox::activated, this, &ExportPage::fillFormats);  // sizes follow
    auto* place = new QWidget(card);
    auto* row = new QHBoxLayout(place);
    row->setContentsMargins(0, 0, 0, 0);
    m_destination = new QLineEdit(place);
    m_destination->setObjectName(QStringLiteral("exportDestination"));
    m_destination->setAccessibleName(tr("Destination folder"));
    m_destination->setToolTip(tr("A folder that does not exist yet, or an empty one"));
    QPushButton* browse = makeButton(QStringLiteral("exportBrowse"), tr("Choose…"),
                                     tr("Chooses the folder in which the export's folder is made"), place);
    connect(browse, &QPushButton::clicked, this, [this] {
        m_studio.dialogs().openFolder(
            this, tr("Where to write the export"), m_studio.settings().lastFolder(), [this](const QString& folder) {
                m_destination->setText(
                    QDir(folder).filePath(QDir(QString::fromStdString(m_studio.session().run().folder)).dirName()));
            });
    });
    row->addWidget(m_destination, 1);
    row->addWidget(browse);
    form->addRow(tr("Folder"), place);
    column->addLayout(form);
    auto* last = new QHBoxLayout;
    last->addStretch(1);
    last->addWidget(new CommandButton(
        QStringLiteral("copyExportCommand"), tr("Copies the command that writes and verifies the same without a window"),
        m_studio,
        [this](QString*) {
            return exportCommand(m_studio.session(), destination(), m_format->currentData().toString(),
                                 m_dtype->currentData().toString());
        },
        card));
    m_export = makeButton(QStringLiteral("export"), tr("Export and verify"),
                          tr("Writes the folder, reads it back and compares it with the result of the run"), card);
    connect(m_export, &QPushButton::clicked, this, [this] {
        m_destination->setText(destination());
        m_studio.exportRun(m_destination->text(), m_format->currentData().toString(), m_dtype->currentData().toString());
    });
    connect(m_destination, &QLineEdit::textChanged, this, [this] { refresh(); });
    last->addWidget(m_export);
    column->addLayout(last);  // above the words, whose height changes: it stays where it is
    m_about = makeMuted({}, card);
    m_about->setObjectName(QStringLiteral("exportAbout"));
    column->addWidget(m_about);
    showFormat();
    column->addStretch(1);
    return card;
}

QWidget* ExportPage::makeFormats() {
    auto* column = new QVBoxLayout;
    QFrame* card = makeCard(this, column);
    auto* head = new QHBoxLayout;
    head->addWidget(makeHeading(tr("All formats for this result"), card));
    head->addStretch(1);
    QPushButton* copy =
        makeButton(QStringLiteral("formatsMarkdown"), tr("Copy as Markdown"), tr("The table, for a report"), card);
    copy->setProperty("compact", true);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(tableMarkdown(*m_rows));
        Q_EMIT m_studio.noticed(tr("Table copied as %1.").arg(tr("Markdown")));
    });
    head->addWidget(copy);
    column->addLayout(head);
    m_rows = new FormatsTable(this);
    m_table = makeTable(QStringLiteral("exportFormats"), tr("All formats"), m_rows, card);
    m_table->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    m_table->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);  // no taller than what it says
    column->addWidget(m_table, 1);
    m_why = makeMuted({}, card);
    m_why->setObjectName(QStringLiteral("formatWhy"));
    column->addWidget(m_why);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (now.isValid() && m_rows->row(now.row()).possible()) m_format->setCurrentIndex(now.row());
        showWhy();
    });
    return card;
}

QWidget* ExportPage::makeGuide() {
    auto* column = new QVBoxLayout;
    QFrame* card = makeCard(this, column);
    column->addWidget(makeHeading(tr("What each format is for, and where it opens"), card));
    m_guide = new FormatGuide(card);
    column->addWidget(
        makeReadable(makeScrolled(m_guide, card), QStringLiteral("formatGuideArea"), m_guide->accessibleName()));
    card->hide();  // until there is room
    return card;
}

/// What the page has left below the table is for the guide, and what that leaves lets the rows of the table stand further apart. Little room has none of it: the
/// row that is chosen is explained anyway. Goes by what everything asks for: else showing it would change whether it is shown.
void ExportPage::fitGuide() {
    const int rows = int(exportFormats().size()), least = tableRowHeight(*m_table);
    const int now = m_table->verticalHeader()->defaultSectionSize();
    const QScrollBar* bar = m_table->horizontalScrollBar();
    const int around = m_table->horizontalHeader()->height() + 2 * (m_table->frameWidth() + 1) +
                       (bar->maximum() > 0 ? bar->sizeHint().height() : 0);
    m_table->setMaximumHeight(around + rows * now);

    const QMargins page = layout()->contentsMargins(), card = m_guideCard->layout()->contentsMargins();
    const int across = width() - page.left() - page.right();
    const int frame = 2 * kCardFrame, heading = m_guideCard->layout()->itemAt(0)->sizeHint().height();
    int room = height() - page.top() - page.bottom() + rows * (now - least);
    for (int i = 0; i <= layout()->indexOf(m_formats); ++i)
        room -= heightOf(*layout()->itemAt(i), across) + layout()->spacing();
    const int inside = m_guide->heightIn(across - card.left() - card.right() - frame);
    const int whole = inside + heading + m_guideCard->layout()->spacing() + card.top() + card.bottom() + frame;
    m_guideCard->setMaximumHeight(whole);
    m_guideCard->setVisible(room >= kLeastLines * fontMetrics().lineSpacing());
    const int wanted = least + std::clamp((room - whole) / rows, 0, fontMetrics().lineSpacing());
    if (wanted == now) return;
    m_table->setMaximumHeight(around + rows * wanted);
    m_table->verticalHeader()->setDefaultSectionSize(wanted);
    m_table->updateGeometry();
}

bool ExportPage::event(QEvent* event) {
    const bool done = Page::event(event);
    const bool laidOut = event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest;
    if (laidOut && m_guideCard)
        m_fit.start();  // once all layouts have settled: asked in between they remember what they answered
    return done;
}

/// Of the row that the keyboard stands on: what a cell may have to cut.
void ExportPage::showWhy() {
    const QModelIndex now = m_table->currentIndex();
    if (!now.isValid()) return m_why->setText(tr("Choose a format: it is explained here."));
    const auto words = [&](int column) { return m_rows->index(now.row(), column).data().toString(); };
    m_why->setText(tr("%1: %2").arg(words(FormatsTable::kFormat), words(FormatsTable::kWhy)) +
                   (m_rows->row(now.row()).possible()
                        ? QLatin1Char(' ') + tr("Opens in: %1.").arg(words(FormatsTable::kOpens))
                        : QString()));
}

/// With the ending that the format's files have.
QString ExportPage::destination() const {
    const QString text = m_destination->text();
    const QString ending =
        QString::fromStdString(exportFormats().at(std::size_t(std::max(0, m_format->currentIndex()))).ending);
    return text.trimmed().isEmpty() || text.endsWith(ending) ? text : text + ending;
}

/// What cannot be written cannot be chosen, and says why.
void ExportPage::fillFormats() {
    const std::vector<FormatFacts> rows =
        compareFormats(m_studio.session(), m_dtype->currentData().toString().toStdString());
    auto* items = qobject_cast<QStandardItemModel*>(m_format->model());
    int first = -1;
    for (int i = 0; i < int(rows.size()); ++i) {
        const FormatFacts& row = rows[std::size_t(i)];
        items->item(i)->setEnabled(row.obstacle.isEmpty());
        items->item(i)->setToolTip(row.obstacle.isEmpty() ? coreText(row.format.help) : row.obstacle);
        if (first < 0 && row.obstacle.isEmpty()) first = i;
    }
    const bool impossible = !rows[std::size_t(std::max(0, m_format->currentIndex()))].obstacle.isEmpty();
    m_rows->setMuted(colors(palette()).muted);
    m_rows->setRows(rows);
    m_guide->setFacts(rows);
    showWhy();
    if (impossible && first >= 0) m_format->setCurrentIndex(first);
}

void ExportPage::showFormat() {
    const ExportFormat& format = exportFormats().at(std::size_t(std::max(0, m_format->currentIndex())));
    m_format->setToolTip(coreText(format.help));
    const bool offered = !m_simplestReason.isEmpty() && QString::fromStdString(format.id) == m_simplest;
    m_about->setText(coreText(format.help) +
                     (offered ? QStringLiteral("\n") + tr("Offered because %1.").arg(m_simplestReason) : QString()));
    m_about->parentWidget()->updateGeometry();  // the page may lay itself out before the card hears of its words
    const QString before = m_dtype->currentData().toString();
    m_dtype->clear();
    for (const std::string& type : format.dtypes)
        m_dtype->addItem(type == "source" ? tr("as the original") : QString::fromStdString(type),
                         QString::fromStdString(type));
    m_dtype->setCurrentIndex(std::max(0, m_dtype->findData(before)));
}

QWidget* ExportPage::makeCertificate() {
    auto* column = new QVBoxLayout;
    QFrame* card = makeCard(this, column);
    column->addWidget(makeHeading(tr("Certificate"), card));
    m_verdict = new QLabel(card);
    m_verdict->setObjectName(QStringLiteral("certificateVerdict"));
    m_verdict->setAccessibleName(tr("Verdict of the certificate"));
    m_verdict->setWordWrap(true);
    column->addWidget(m_verdict);
    auto* figures = new FlowLayout;  // captions are cut by none: they go on in the next row
    m_difference = addFigure(figures, QStringLiteral("certificateDifference"), tr("largest logit difference"), card);
    m_kl = addFigure(figures, QStringLiteral("certificateKl"), tr("KL divergence, nats"), card);
    m_greedy = addFigure(figures, QStringLiteral("certificateGreedy"), tr("same next token"), card);
    m_rounding = addFigure(figures, QStringLiteral("certificateRounding"), tr("logits, by rounding"), card);
    m_rounding->parentWidget()->hide();  // most exports have none
    column->addLayout(figures);
    m_where = makeMuted({}, card);
    m_where->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_where);
    m_copyPath = makeButton(QStringLiteral("certificateCopy"), tr("Copy path"),
                            tr("Copies the folder or file that was verified"), card);
    connect(m_copyPath, &QPushButton::clicked, this, [this] {
        const QString path = QString::fromStdString(m_studio.session().run().certificate->path);
        QGuiApplication::clipboard()->setText(path);
        Q_EMIT m_studio.noticed(tr("Copied: %1").arg(path));
    });
    column->addWidget(m_copyPath, 0, Qt::AlignLeft);
    column->addStretch(1);
    return card;
}

/// The simplest format that stock programs open is offered first; runs of older versions name only that of their own folder.
void ExportPage::preselectFormat() {
    const RunState& run = m_studio.session().run();
    if (!runComplete() || m_preselectedFor == QString::fromStdString(run.folder)) return;
    m_preselectedFor = QString::fromStdString(run.folder);
    const QJsonObject result = QJsonDocument::fromJson(QByteArray::fromStdString(run.finished->resultJson)).object();
    const QJsonObject simplest = result.value(QLatin1String("simplest_export")).toObject();
    const QJsonObject own = result.value(QLatin1String("exports")).toArray().at(0).toObject();
    m_simplest = (simplest.isEmpty() ? own : simplest).value(QLatin1String("format")).toString();
    m_simplestReason = simplest.value(QLatin1String("reason")).toString();
    const int index = m_format->findData(m_simplest);
    if (index >= 0) m_format->setCurrentIndex(index);
    showFormat();
}

bool ExportPage::runComplete() const {
    const RunState& run = m_studio.session().run();
    return !run.folder.empty() && run.finished && run.finished->outcome == event::Finished::Outcome::Completed;
}

void ExportPage::refresh() {
    const RunState& run = m_studio.session().run();
    preselectFormat();
    fillFormats();
    m_export->setEnabled(runComplete() && !m_studio.engine().working() && !m_destination->text().trimmed().isEmpty());
    m_summary->setText(runComplete() ? tr("Run %1").arg(QDir(QString::fromStdString(run.folder)).dirName())
                                     : tr("A finished run is needed: start one, or open one."));
    showVerdict();
    m_where->parentWidget()->updateGeometry();
}

/// What was merged has more digits than the stored type: what that cost, beside what the writing did.
void ExportPage::showRounding() {
    const auto& certificate = m_studio.session().run().certificate;
    const QString folder = certificate && certificate->passed ? QString::fromStdString(certificate->path) : QString();
    const QDateTime at = QFileInfo(folder).lastModified();
    if (folder.isEmpty())
        m_rounded.reset();
    else if (folder != m_roundedIn || at != m_roundedAt)
        m_rounded = exportRounding(folder);
    m_roundedIn = folder;
    m_roundedAt = at;
    m_rounding->parentWidget()->setVisible(m_rounded.has_value());
    if (!m_rounded) return;
    m_rounding->setText(formatNumber(m_rounded->difference, 3));
    m_rounding->setToolTip(tr("What was merged is rounded to %1: logits change by up to %2, the largest is %3.")
                               .arg(m_rounded->to, m_rounding->text(), formatNumber(m_rounded->largest, 3)));
}

/// Of the export asked for last, and of no other.
void ExportPage::showVerdict() {
    const RunState& run = m_studio.session().run();
    const Command* now = m_studio.engine().current();
    const auto& certificate = run.certificate;
    for (QLabel* label : {m_difference, m_kl, m_greedy}) label->setText(QStringLiteral("–"));
    m_where->setText(tr("Every export is read back from the disk by itself and compared with what it was made from."));
    m_verdict->setText(tr("None yet"));
    m_verdict->setStyleSheet({});
    m_verdict->setToolTip({});
    m_copyPath->setVisible(certificate.has_value());
    showRounding();
    const Colors& c = colors(palette());
    if (!certificate && now && std::holds_alternative<command::ExportModel>(*now))
        return m_verdict->setText(tr("Writing, and reading back what was written…"));
    if (!certificate && !run.exportProblem.empty()) {
        m_verdict->setText(tr("✗ Nothing was written: %1.").arg(QString::fromStdString(run.exportProblem)));
        m_verdict->setStyleSheet(QStringLiteral("color: %1; font-weight: 600;").arg(c.bad.name()));
        return;
    }
    if (!certificate) return;
    m_verdict->setText(certificate->passed ? tr("✓ Passed: the folder computes what it was made from.")
                       : certificate->problem.empty()
                           ? tr("✗ Failed: what was written did not compute what it was made from, so it was removed.")
                           : tr("✗ Failed: what was written could not be read back and compared, so it was removed."));
    m_verdict->setToolTip(QString::fromStdString(certificate->problem));
    m_verdict->setStyleSheet(
        QStringLiteral("color: %1; font-weight: 600;").arg((certificate->passed ? c.good : c.bad).name()));
    m_where->setText(
        tr("%1, against %2").arg(QString::fromStdString(certificate->path), QString::fromStdString(certificate->against)));
    if (!certificate->problem.empty())
        return m_where->setText(QStringLiteral("%1\n%2").arg(m_where->text(), QString::fromStdString(certificate->problem)));
    m_difference->setText(formatNumber(certificate->maxLogitDifference, 3));
    m_kl->setText(formatNumber(certificate->kl, 3));
    m_greedy->setText(formatPercent(certificate->greedyAgreement));
}

void ExportPage::takeFocus() {
    m_format->setFocus(Qt::OtherFocusReason);
}

StageState ExportPage::state() const {
    const RunState& run = m_studio.session().run();
    if (!runComplete()) return StageState::Locked;
    if (!run.certificate) return run.exportProblem.empty() ? StageState::Open : StageState::Stale;
    return run.certificate->passed ? StageState::Done : StageState::Stale;
}

}  // namespace lorashear::ui
