#include "ui/figures/figure.h"

#include "ui/models/row_table.h"
#include "ui/models/table_text.h"
#include "ui/theme/format.h"

#include <QPainter>
#include <QWidget>

#include <algorithm>

namespace lorashear::ui {

namespace {

using Row = std::vector<QVariant>;

QString cellWords(const QVariant& value) {
    if (!value.isValid()) return QStringLiteral("–");
    switch (value.typeId()) {
        case QMetaType::Double: return formatNumber(value.toDouble(), 6);
        case QMetaType::Int:
        case QMetaType::LongLong: return formatInteger(value.toLongLong());
        default: return value.toString();
    }
}

}  // namespace

void Figure::drawOn(QPaintDevice& device, const QSize& size, double scale) {
    QWidget& widget = figureWidget();
    const QSize least = leastFigureSize();
    const double grown = std::max({1.0, double(least.width()) / size.width(), double(least.height()) / size.height()});
    const QRect before = widget.geometry();
    widget.resize(QSizeF(QSizeF(size) * grown).toSize());
    QPainter painter(&device);
    painter.scale(scale / grown, scale / grown);
    painter.setRenderHint(QPainter::Antialiasing);
    widget.render(&painter, {}, {}, QWidget::DrawWindowBackground | QWidget::DrawChildren);
    painter.end();
    widget.setGeometry(before);
}

QString figureTitle(Figure& figure) {
    return figure.figureWidget().accessibleName();
}

QString figureName(Figure& figure) {
    return figure.figureWidget().objectName();
}

QString figureSummary(Figure& figure) {
    figure.bringUpToDate();
    return figure.figureWidget().accessibleDescription();
}

std::unique_ptr<QAbstractItemModel> figureModel(const FigureTable& table) {
    std::vector<RowTable<Row>::Column> columns;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        columns.emplace_back(
            table.columns[i].title, [i](const Row& row) { return cellWords(row[i]); }, table.columns[i].number,
            RowTable<Row>::Words(), [i](const Row& row) { return row[i]; });
    auto model = std::make_unique<RowTable<Row>>(std::move(columns));
    model->setRows(table.rows);
    return model;
}

QString figureCsv(const Figure& figure) {
    return tableCsv(*figureModel(figure.figureTable()));
}

}  // namespace lorashear::ui
