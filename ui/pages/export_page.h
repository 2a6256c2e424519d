#pragma once

#include "ui/controller/export_rounding.h"
#include "ui/pages/page.h"

#include <QDateTime>
#include <QTimer>

class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace lorashear::ui {

class FormatGuide;
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
    bool event(QEvent* event) override;

private:
    QWidget* makeForm();
    QWidget* makeFormats();
    QWidget* makeGuide();
    void fitGuide();
    void showRounding();
    void fillFormats();
    void showWhy();
    QString destination() const;
    void showVerdict();
    QWidget* makeCertificate();
    bool runComplete() const;
    void showFormat();
    void preselectFormat();

    QLabel *m_summary = nullptr, *m_verdict = nullptr, *m_difference = nullptr, *m_kl = nullptr, *m_greedy = nullptr,
           *m_where = nullptr, *m_about = nullptr, *m_why = nullptr, *m_rounding = nullptr;
    QWidget *m_formats = nullptr, *m_guideCard = nullptr;
    FormatGuide* m_guide = nullptr;
    QTimer m_fit;
    FormatsTable* m_rows = nullptr;
    QTableView* m_table = nullptr;
    QComboBox *m_format = nullptr, *m_dtype = nullptr;
    QLineEdit* m_destination = nullptr;
    QPushButton *m_export = nullptr, *m_copyPath = nullptr;
    std::optional<ExportRounding> m_rounded;
    QString m_roundedIn;                   ///< export that m_rounded is of
    QDateTime m_roundedAt;                 ///< when it was written
    QString m_preselectedFor;              ///< run folder
    QString m_simplest, m_simplestReason;  ///< format offered for it, and why
};

}  // namespace lorashear::ui
