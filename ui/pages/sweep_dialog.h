#pragma once

#include "core/bench/sweep.h"

#include <QDialog>

#include <optional>
#include <thread>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace lorashear::ui {

class Studio;

/// A grid of methods, ratios and seeds over the recipe as it is now, written as a bench with a script for a batch system. How many jobs that is, and the command
/// that carries them out, stand there before anything is written.
class SweepDialog : public QDialog {
    Q_OBJECT
public:
    SweepDialog(Studio& studio, QWidget* parent);
    std::optional<Sweep> sweep() const;  ///< nothing while an entry is wrong
    QString command() const;

private:
    void makeGrid(class QFormLayout& form);
    void makePlace(class QFormLayout& form);
    void makeButtons(class QVBoxLayout& column);
    void browse();
    void describe();
    void write();
    void written(const QString& problem);
    QString whyNot() const;

    Studio& m_studio;
    QListWidget* m_methods = nullptr;
    QLineEdit *m_ratios = nullptr, *m_seeds = nullptr, *m_folder = nullptr, *m_here = nullptr, *m_batch = nullptr;
    QCheckBox* m_adapted = nullptr;
    QLabel *m_jobs = nullptr, *m_problem = nullptr;
    QPushButton *m_write = nullptr, *m_copy = nullptr;
    std::jthread m_writing;
};

}  // namespace lorashear::ui
