#pragma once

#include "core/run/recipe.h"
#include "ui/controller/data_uses.h"
#include "ui/models/row_table.h"

#include <QWidget>

#include <array>

class QFormLayout;
class QLabel;
class QTableView;

namespace lorashear::ui {

class ItemList;
class SourceEditor;
class Studio;

/// Which texts the recipe reads for what: a table of the uses, what should be thought over, and the fields of the chosen use.
class DataTab : public QWidget {
    Q_OBJECT
public:
    DataTab(Studio& studio, QWidget* parent);
    void choose(DataUse use);  ///< shows its fields

private:
    struct Row {
        DataUse use = DataUse::Training;
        QString title, reads, size, paths;
    };
    QWidget* makeTraining();
    QWidget* makeAnalysis();
    QWidget* makeRecovery();
    QWidget* makeEvaluation();
    QWidget* makeTasks();
    void addPhase();
    void addText(const QString& path);
    void refresh();
    void showField(const QString& name);
    void showSection(int row);

    Studio& m_studio;
    RowTable<Row>* m_rows;
    QTableView* m_table = nullptr;
    QLabel* m_warnings = nullptr;
    ItemList *m_phases = nullptr, *m_texts = nullptr;
    std::array<QWidget*, 5> m_sections{};
};

}  // namespace lorashear::ui
