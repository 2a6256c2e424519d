#pragma once

#include <QSize>
#include <QString>
#include <QVariant>

#include <memory>
#include <vector>

class QAbstractItemModel;
class QObject;
class QPaintDevice;
class QWidget;

namespace lorashear::ui {

/// The numbers of a figure: whole numbers and doubles without unit, or words; an invalid value where there is none.
struct FigureTable {
    struct Column {
        QString title;
        bool number = true;
    };
    std::vector<Column> columns;
    std::vector<std::vector<QVariant>> rows;  ///< as long as the columns
};

/// A widget that shows data, and what it needs to leave the window: its numbers and how it is drawn. GUI thread only.
class Figure {
public:
    virtual ~Figure() = default;
    virtual QWidget&
    figureWidget() = 0;  ///< its accessible name is the title, its object name the file's, its description the summary
    virtual bool hasData() const = 0;
    virtual FigureTable figureTable() const = 0;
    /// Draws itself as large as `size` (logical pixels), each enlarged by `scale`, in the colours of its widget's palette. The widget stays as it
    /// was. Unless overridden the widget is rendered at that size.
    virtual void drawOn(QPaintDevice& device, const QSize& size, double scale);
    /// Below it something would be cut: then all is drawn smaller.
    virtual QSize leastFigureSize() const { return {}; }
    virtual void bringUpToDate() {}  ///< whatever a hidden one has put off, its description included
};

QString figureTitle(Figure& figure);
QString figureName(Figure& figure);
QString figureSummary(Figure& figure);
/// The numbers as a model: words as the window writes them, plain values under kValueRole.
std::unique_ptr<QAbstractItemModel> figureModel(const FigureTable& table);
QString figureCsv(const Figure& figure);

}  // namespace lorashear::ui
