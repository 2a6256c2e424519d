#pragma once

#include <QDialog>
#include <QPointer>

#include <memory>

class QAbstractItemModel;
class QLabel;
class QTableView;

namespace lorashear::ui {

class Figure;

/// A figure as its numbers: a table that is walked by keyboard, read by a screen reader and copied as CSV. It is what the figure held when it was
/// opened or read again; closes by itself with the figure.
class FigureTableDialog : public QDialog {
    Q_OBJECT
public:
    FigureTableDialog(Figure& figure, QWidget* parent);
    ~FigureTableDialog() override;

private:
    void read();

    Figure& m_figure;
    QPointer<QWidget> m_widget;  ///< the figure's: gone, the figure is
    std::unique_ptr<QAbstractItemModel> m_model;
    QLabel* m_summary;
    QTableView* m_table;
};

}  // namespace lorashear::ui
