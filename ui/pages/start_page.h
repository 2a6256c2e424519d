#pragma once

#include "core/model/config.h"
#include "ui/models/row_table.h"
#include "ui/pages/page.h"

class QGridLayout;
class QLabel;
class QListWidget;
class QPlainTextEdit;
class QScrollArea;
class QPushButton;
class QStackedWidget;
class QBoxLayout;

namespace lorashear::ui {

class RecentPlaces;

/// Where a session begins: the bundled model, a folder of one's own, recent models and runs; then the facts of the open model.
class StartPage : public Page {
    Q_OBJECT
public:
    StartPage(Studio& studio, QWidget* parent);
    StageState state() const override;
    void takeFocus() override;

protected:
    void refresh() override;

private:
    struct LayerRow {
        int layer = 0;
        LayerShape shape;
    };
    QWidget* makeChoices();
    void fitChoices();
    QWidget* makeFacts();
    QWidget* makeWelcome();
    void fillRecents();
    void fillProjects();

    RowTable<LayerRow>* m_layers;
    RecentPlaces* m_places = nullptr;
    QListWidget* m_projects = nullptr;
    QLabel* m_projectsTitle = nullptr;
    QListWidget* m_models = nullptr;
    QPushButton* m_bundled = nullptr;
    QScrollArea* m_choices = nullptr;
    QListWidget* m_runs = nullptr;
    QStackedWidget* m_right = nullptr;
    QLabel *m_name = nullptr, *m_parameters = nullptr, *m_bytes = nullptr, *m_hidden = nullptr, *m_vocabulary = nullptr,
           *m_details = nullptr, *m_texts = nullptr;
};

}  // namespace lorashear::ui
