#include "ui/widgets/pieces.h"

#include "ui/widgets/type_size.h"

#include <QClipboard>
#include <QFrame>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QTextDocument>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kTipMilliseconds = 30000;  ///< long enough to read a path

QLabel* makeLabel(const QString& text, const char* role, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setProperty("role", QString::fromLatin1(role));
    label->setTextFormat(Qt::PlainText);
    return label;
}

/// What the mouse sees by resting on a cell, and the whole of a text that is cut, for who walks by keyboard.
void showTip(QTableView* table, const QModelIndex& index) {
    if (!table->hasFocus() || !index.isValid()) return;
    const QString text = index.data().toString(), tip = index.data(Qt::ToolTipRole).toString();
    const QRect cell = table->visualRect(index);
    const bool cut =
        table->fontMetrics().horizontalAdvance(text) + 8 > std::min(cell.width(), table->viewport()->width() - cell.left());
    QStringList words;
    if (cut) words << text;
    if (!tip.isEmpty() && !(cut && text.contains(tip)) && tip != text) words << tip;
    words.isEmpty() ? QToolTip::hideText()
                    : QToolTip::showText(table->viewport()->mapToGlobal(cell.bottomLeft()),
                                         plainTip(words.join(QLatin1Char('\n'))), table->viewport(), {}, kTipMilliseconds);
}

/// Rows from first to last, columns apart by tabs, with their titles when all are asked for.
QString rowsAsText(const QAbstractItemModel& model, int first, int last, bool titles) {
    QStringList lines;
    for (int row = titles ? first - 1 : first; row <= last; ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << (row < first ? model.headerData(column, Qt::Horizontal) : model.index(row, column).data()).toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

void showTableMenu(QTableView* table, const QPoint& at) {
    const QModelIndex under = table->indexAt(at), chosen = under.isValid() ? under : table->currentIndex();
    const int rows = table->model()->rowCount(), row = chosen.row();
    if (rows == 0) return;
    auto* menu = new QMenu(table);
    menu->setObjectName(table->objectName() + QStringLiteral("_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](const QString& text, int first, int last, bool titles) {
        QObject::connect(menu->addAction(text), &QAction::triggered, table, [table, first, last, titles] {
            QGuiApplication::clipboard()->setText(rowsAsText(*table->model(), first, last, titles));
        });
    };
    if (row >= 0) add(QTableView::tr("Copy this row"), row, row, false);
    add(QTableView::tr("Copy the table"), 0, rows - 1, true);
    menu->popup(table->viewport()->mapToGlobal(at));
}

}  // namespace

QString plainTip(const QString& text) {
    if (!Qt::mightBeRichText(text)) return text;
    return text.toHtmlEscaped().replace(QLatin1Char('\n'), QLatin1String("<br>"));
}

QLabel* makeTitle(const QString& text, QWidget* parent) {
    return makeLabel(text, "title", parent);
}

QLabel* makeHeading(const QString& text, QWidget* parent) {
    return makeLabel(text, "heading", parent);
}

QLabel* makeMuted(const QString& text, QWidget* parent) {
    QLabel* label = makeLabel(text, "muted", parent);
    label->setWordWrap(true);
    return label;
}

QLabel* makeWarning(const QString& text, QWidget* parent) {
    QLabel* label = makeLabel(text, "warning", parent);
    label->setWordWrap(true);
    return label;
}

QLabel* makeProblem(const QString& text, QWidget* parent) {
    QLabel* label = makeLabel(text, "refusal", parent);
    label->setWordWrap(true);
    return label;
}

QFrame* makeCard(QWidget* parent, QLayout* inside) {
    auto* card = new QFrame(parent);
    card->setProperty("card", true);
    inside->setContentsMargins(12, 10, 12, 10);
    card->setLayout(inside);
    return card;
}

QPushButton* makeButton(const QString& objectName, const QString& text, const QString& toolTip, QWidget* parent,
                        bool primary) {
    auto* button = new QPushButton(text, parent);
    button->setObjectName(objectName);
    button->setToolTip(toolTip);
    QString spoken = text;
    button->setAccessibleName(spoken.remove(QLatin1Char('&')));
    button->setAccessibleDescription(toolTip);
    button->setProperty("primary", primary);
    button->setAutoDefault(false);
    return button;
}

QScrollArea* makeScrolled(QWidget* inside, QWidget* parent) {
    auto* area = new QScrollArea(parent);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(inside);
    return area;
}

QScrollArea* makeReadable(QScrollArea* area, const QString& objectName, const QString& accessibleName) {
    area->setObjectName(objectName);
    area->setAccessibleName(accessibleName);
    area->setProperty("reader", true);  // whose focus is seen
    QObject::connect(area->verticalScrollBar(), &QScrollBar::rangeChanged, area,
                     [area](int, int most) { area->setFocusPolicy(most > 0 ? Qt::StrongFocus : Qt::NoFocus); });
    return area;
}

int tableRowHeight(const QTableView& table) {
    return table.fontMetrics().height() + 8;
}

QTableView* makeTable(const QString& objectName, const QString& accessibleName, QAbstractItemModel* model, QWidget* parent) {
    auto* table = new QTableView(parent);
    table->setObjectName(objectName);
    table->setAccessibleName(accessibleName);
    table->setModel(model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);  // Tab leaves the table: the keyboard is never trapped
    table->verticalHeader()->hide();
    whenTypeChanges(*table, [table] { table->verticalHeader()->setDefaultSectionSize(tableRowHeight(*table)); });
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setHighlightSections(false);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    QObject::connect(table->selectionModel(), &QItemSelectionModel::currentChanged, table,
                     [table](const QModelIndex& index) { showTip(table, index); });
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    QObject::connect(table, &QTableView::customContextMenuRequested, table,
                     [table](const QPoint& at) { showTableMenu(table, at); });
    return table;
}

QLabel* addFigure(QBoxLayout* to, const QString& objectName, const QString& caption, QWidget* parent) {
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    QLabel* number = makeLabel(QStringLiteral("–"), "number", parent);
    number->setObjectName(objectName);
    number->setAccessibleName(caption);
    QLabel* below = makeLabel(caption, "muted", parent);
    below->setObjectName(objectName + QStringLiteral("_caption"));
    column->addWidget(number);
    column->addWidget(below);
    to->addLayout(column);
    return number;
}

}  // namespace lorashear::ui
