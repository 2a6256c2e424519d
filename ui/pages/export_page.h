#pragma once

#include "ui/pages/page.h"

class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace lorashear::ui {

class FormatsTable;

/// The result as a folder for other programs, with the certificate that it computes the same.
class ExportPage : public Page {
    Q_OBJECT
public:
    ExportPage(Studio& studio, QWidget* parent);
    StageState state() const override;
    void takeFocus() override;

protected:
    void refresh() override;

private:
    QWidget* makeForm();
    QWidget* makeFormats();
    void fillFormats();
    void showWhy();
    QString destination() const;
    void showVerdict();
    QWidget* makeCertificate();
    bool runComplete() const;
    void showFormat();
    void preselectFormat();

    QLabel *m_summary = nullptr, *m_verdict = nullptr, *m_difference = nullptr, *m_kl = nullptr, *m_greedy = nullptr,
           *m_where = nullptr, *m_about = nullptr, *m_why = nullptr;
    FormatsTable* m_rows = nullptr;
    QTableView* m_table = nullptr;
    QComboBox *m_format = nullptr, *m_dtype = nullptr;
    QLineEdit* m_destination = nullptr;
    QPushButton *m_export = nullptr, *m_copyPath = nullptr;
    QString m_preselectedFor;              ///< run folder
    QString m_simplest, m_simplestReason;  ///< format offered for it, and why
};

}  // namespace lorashear::ui
