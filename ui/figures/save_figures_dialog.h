#pragma once

#include "ui/figures/figure_file.h"

#include <QDialog>
#include <QPointer>

#include <functional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace lorashear::ui {

class Figure;

/// Writes one figure into a file, or those that are ticked into a folder: format, size in millimetres, colours. What was chosen last is offered again as long
/// as the program runs.
class SaveFiguresDialog : public QDialog {
    Q_OBJECT
public:
    using Visit = std::function<void(Figure&)>;
    using Walk = std::function<void(const Visit&)>;

    SaveFiguresDialog(Figure& figure, QWidget* parent);
    /// walk: calls its visitor for every figure that there is, again and again in the same order.
    SaveFiguresDialog(Walk walk, QWidget* parent);

    FigureChoice choice() const;
    QStringList files() const;  ///< that would be written now

Q_SIGNALS:
    void saved(const QStringList& files);

private:
    SaveFiguresDialog(Walk walk, bool many, const QString& name, QWidget* parent);
    void makeFields();
    void makeButtons();
    void browse();
    void describe();
    void save();

    Walk m_walk;
    bool m_many;
    QString m_name;                    ///< of the one figure
    QListWidget* m_figures = nullptr;  ///< of many: ticked ones are written
    QComboBox* m_format;
    QDoubleSpinBox *m_width, *m_height;
    QSpinBox* m_dots;
    QCheckBox* m_onWhite;
    QLineEdit* m_place;  ///< the file, or the folder
    QLabel *m_note, *m_problem;
    QPushButton* m_save = nullptr;
};

}  // namespace lorashear::ui
