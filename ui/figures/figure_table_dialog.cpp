#include "ui/figures/figure_table_dialog.h"

#include "ui/figures/figure.h"
#include "ui/models/table_text.h"
#include "ui/widgets/pieces.h"

#include <QAbstractItemModel>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {
constexpr QSize kSize(620, 460);
}

FigureTableDialog::FigureTableDialog(Figure& figure, QWidget* parent)
    : QDialog(parent), m_figure(figure), m_widget(&figure.figureWidget()), m_summary(makeMuted({}, this)) {
    const QString name = figureName(figure);
    setObjectName(name + QStringLiteral("_tableDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("%1 as a table").arg(figureTitle(figure)));
    connect(m_widget, &QObject::destroyed, this, &QWidget::close);
    auto* column = new QVBoxLayout(this);
    m_summary->setObjectName(name + QStringLiteral("_summary"));
    m_summary->setAccessibleName(tr("Summary of the figure"));
    column->addWidget(m_summary);
    m_model = figureModel({});
    m_table = makeTable(name + QStringLiteral("_table"), windowTitle(), m_model.get(), this);
    column->addWidget(m_table, 1);
    auto* row = new QHBoxLayout;
    auto* again =
        makeButton(QStringLiteral("figureReadAgain"), tr("&Read again"), tr("The numbers as the figure has them now"), this);
    auto* copy = makeButton(QStringLiteral("figureCopyCsv"), tr("&Copy as CSV"),
                            tr("All rows with plain numbers, for a spreadsheet"), this);
    auto* close = makeButton(QStringLiteral("figureTableClose"), tr("Close"), tr("Closes this table (Escape)"), this);
    row->addWidget(again);
    row->addStretch(1);
    row->addWidget(copy);
    row->addWidget(close);
    column->addLayout(row);
    connect(again, &QPushButton::clicked, this, &FigureTableDialog::read);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(tableCsv(*m_model)); });
    connect(close, &QPushButton::clicked, this, &QWidget::close);
    read();
    resize(kSize.boundedTo(parent ? parent->window()->size() : kSize));
    m_table->setFocus(Qt::OtherFocusReason);
}

FigureTableDialog::~FigureTableDialog() {
    m_table->setModel(nullptr);
}

void FigureTableDialog::read() {
    if (!m_widget) return;
    m_summary->setText(figureSummary(m_figure));
    std::unique_ptr<QAbstractItemModel> model = figureModel(m_figure.figureTable());
    m_table->setModel(model.get());
    m_model = std::move(model);
    if (m_model->rowCount() > 0) m_table->setCurrentIndex(m_model->index(0, 0));
}

}  // namespace lorashear::ui
