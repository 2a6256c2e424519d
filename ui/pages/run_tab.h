#pragma once

#include "core/run/recipe.h"
#include "core/trace/structure.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QGridLayout;
class QLabel;
class QPushButton;

namespace lorashear::ui {

class ItemList;
class RecipeForm;
class Studio;

/// How a run computes and what it leaves behind: seed, threads, arithmetic, device, where adapters sit, exports, samples.
class RunTab : public QWidget {
    Q_OBJECT
public:
    RunTab(Studio& studio, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void addMachineRows(RecipeForm& form);
    QWidget* makeTargets();
    void fillTargets();
    void setTarget(const std::string& name, bool on);
    QWidget* makeExports();
    void fillTypes();
    void showSpeed();
    Recipe::Export& chosenExport(Recipe& recipe) const;

    Studio& m_studio;
    QLabel *m_speed, *m_targetProblem;
    QPushButton* m_measure;
    QGridLayout* m_targets = nullptr;
    std::vector<QCheckBox*> m_boxes;
    ItemList* m_exports = nullptr;
    QComboBox *m_format = nullptr, *m_type = nullptr;
};

/// The last part of the names of every linear in a block of the open model, in network order.
std::vector<std::string> linearNames(const Structure& structure);

}  // namespace lorashear::ui
