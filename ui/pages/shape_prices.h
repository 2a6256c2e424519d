#pragma once

#include "core/run/recipe.h"

#include <QTimer>
#include <QWidget>

#include <array>

class QLabel;
class QRadioButton;

namespace lorashear::ui {

class Studio;

/// The price of uniform: the same ratio with counts free and written as it is, with equal counts in every block, and with counts free and filled up
/// with zeros, each with what it costs and weighs. A row is chosen by its button: one undoable edit of counts and export.
class ShapePrices : public QWidget {
    Q_OBJECT
public:
    ShapePrices(Studio& studio, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    enum Shape { kFree, kUniform, kPadded };
    struct Row {
        QRadioButton* choose = nullptr;
        QLabel *perplexity = nullptr, *parameters = nullptr, *bytes = nullptr;
    };
    static Shape shapeOf(const Recipe& recipe);
    void addRow(Shape shape, const QString& title, const QString& toolTip);
    void refresh();
    void choose(Shape shape);

    Studio& m_studio;
    std::array<Row, 3> m_rows;
    QTimer m_rest;
};

}  // namespace lorashear::ui
