#pragma once

#include "ui/controller/comparison.h"
#include "ui/models/row_table.h"
#include "ui/pages/page.h"

#include <string>

class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QTableView;

namespace lorashear::ui {

/// Before and after: what was measured, and two stories side by side.
class ComparePage : public Page {
    Q_OBJECT
public:
    ComparePage(Studio& studio, QWidget* parent);
    StageState state() const override;

protected:
    void refresh() override;

private:
    QWidget* makeStories();
    void copy(const QString& text, const QString& what);
    void fillStories();
    void refreshChat();

    RowTable<ComparisonRow>* m_rows;
    QTableView* m_table = nullptr;
    QLabel* m_summary = nullptr;
    QPlainTextEdit *m_before = nullptr, *m_after = nullptr;
    QLabel* m_difference = nullptr;
    QLineEdit* m_prompt = nullptr;
    QCheckBox* m_chat = nullptr;
    std::string m_chatOf;  ///< the model whose chat template the box was set by
    QSpinBox *m_tokens = nullptr, *m_seed = nullptr;
    QDoubleSpinBox* m_temperature = nullptr;
    QPushButton *m_write = nullptr, *m_markdown = nullptr, *m_csv = nullptr;
};

}  // namespace lorashear::ui
